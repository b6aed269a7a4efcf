import { once } from 'node:events';

import { execa } from 'execa';

import { DataError } from '../core/errors.ts';
import { ivfFrameHeader, ivfHeader } from './ivf.ts';
import { encodeCommand } from './media-command.ts';
import type { EncodeOptions } from './media-command.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import { commandLine, endOf, lastLine } from './program.ts';

/** A video file in the making. */
export interface VideoFile {
  /** Resolves when there is room for the next frame; `data` must stay as it is. Throws DataError 'unwritable'. */
  write(data: Uint8Array, ticks: number): Promise<void>;
  /** Resolves when the file is whole. Throws DataError 'unwritable'. */
  finish(): Promise<void>;
  /** Ends ffmpeg at once; harmless after `finish`. */
  abandon(): Promise<void>;
}

/** Starts the ffmpeg that writes `target`. */
export const encodeVideoFile = (options: EncodeOptions, ffmpeg: FfmpegProgram): VideoFile => {
  const io = { stdin: 'pipe', stdout: 'ignore', stderr: 'pipe' } as const;
  const child = execa(...commandLine(ffmpeg, encodeCommand(options, ffmpeg)), { reject: false, buffer: false, ...io });
  const log = endOf(child.stderr);
  // A broken pipe is reported by the exit, with its reason.
  child.stdin.on('error', () => undefined);
  let ended = false;
  const exit = child.then(({ exitCode, signal }) => {
    ended = true;
    return exitCode === 0 ? undefined : lastLine(log()) || `ffmpeg ended with ${signal ?? exitCode}`;
  });
  const failure = async (): Promise<never> => {
    const reason = (await exit) ?? 'ffmpeg ended too early';
    const hint = /codec not currently supported in container|Could not find tag/.test(log())
      ? ' (its sound does not fit into this kind of file: name the output .mkv)'
      : '';
    throw new DataError('unwritable', `${options.target} cannot be written: ${reason}${hint}`);
  };

  child.stdin.write(ivfHeader(options.media));
  return {
    write: async (data, ticks) => {
      if (ended || child.stdin.destroyed) return failure();
      child.stdin.write(ivfFrameHeader(data.length, ticks));
      if (!child.stdin.write(data)) await Promise.race([once(child.stdin, 'drain').catch(() => undefined), exit]);
      if (ended) return failure();
    },
    finish: async () => {
      child.stdin.end();
      if ((await exit) !== undefined) return failure();
    },
    abandon: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
};
