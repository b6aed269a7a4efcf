import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { execa } from 'execa';

import { DataError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { Media } from './media-command.ts';
import { decodeCommand } from './media-command.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import { commandLine, endOf, lastLine } from './program.ts';

/** A decoded frame and when it is shown, in ticks (ivf.ts) from the start of the file. */
export interface TimedFrame {
  readonly data: Uint8Array;
  readonly ticks: number;
}

/**
 * Decodes a video file, as fast as the consumer takes it; ffmpeg waits meanwhile, and is ended when the consumer stops.
 * `data` is valid until the next frame is asked for. Throws DataError 'unreadable' when ffmpeg fails before the end.
 */
export async function* decodeVideo(file: string, media: Media, ffmpeg: FfmpegProgram): AsyncGenerator<TimedFrame> {
  const child = execa(...commandLine(ffmpeg, decodeCommand(file, media, ffmpeg)), {
    reject: false,
    buffer: false,
    encoding: 'buffer',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const log = endOf(child.stderr);
  const nextTime = timesOf(child.stdio[3]);
  try {
    const frame = Buffer.alloc(bytesPerFrame(media));
    let filled = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length;) {
        const count = chunk.copy(frame, filled, at);
        at += count;
        filled += count;
        if (filled < frame.length) continue;
        filled = 0;
        const ticks = await nextTime();
        if (ticks === undefined) throw new DataError('unreadable', `${file}: ffmpeg gave a frame without a time`);
        yield { data: frame, ticks };
      }
    }
    const { exitCode, signal } = await child;
    if (exitCode !== 0)
      throw new DataError('unreadable', `${file} cannot be decoded: ${lastLine(log()) || `ffmpeg ended with ${signal ?? exitCode}`}`); // prettier-ignore
  } finally {
    child.kill('SIGKILL');
    await child;
  }
}

/**
 * Reads the lines with the frames' times, from now on: execa throws away what nobody listens to. ffmpeg says each time
 * before it writes the frame and waits while frames are not taken, so that only a few lie here. Gives undefined at the
 * end.
 */
const timesOf = (lines: Readable): (() => Promise<number | undefined>) => {
  const times: number[] = [];
  const state = { isOver: false, wake: (): void => undefined };
  const reader = createInterface({ input: lines });
  reader.on('line', (line) => {
    const [, ticks] = /^frame:\d+\s+pts:(-?\d+)/.exec(line) ?? [];
    if (ticks !== undefined) times.push(Number(ticks));
    state.wake();
  });
  reader.on('close', () => {
    state.isOver = true;
    state.wake();
  });
  return async () => {
    while (times.length === 0 && !state.isOver) await new Promise<void>((resolve) => (state.wake = resolve));
    return times.shift();
  };
};
