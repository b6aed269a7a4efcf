import { execa } from 'execa';

import { CameraError } from '../core/errors.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import type { StreamCodec } from './transport-stream.ts';

const timeoutMs = 60_000;

/** The arguments that put a transport stream's video into an MP4 as it is, to be played while it is still loading. */
export const remuxArgs = (from: string, to: string, codec: Exclude<StreamCodec, 'other'>): string[] => [
  ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-y'],
  ...['-protocol_whitelist', 'file', '-f', 'mpegts', '-i', `file:${from}`, '-map', '0:v:0', '-c', 'copy'],
  // Apple's players want HEVC to be named so.
  ...(codec === 'hevc' ? ['-tag:v', 'hvc1'] : []),
  ...['-movflags', '+faststart', '-f', 'mp4', `file:${to}`],
];

/** Rejects with CameraError when ffmpeg cannot make an MP4 of it, or `signal` aborts. */
export const remuxClip = async (
  { path, launcher }: Ffmpeg,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const [file = path, ...rest] = [...launcher, path, ...args];
  const { failed, stderr, shortMessage } = await execa(file, rest, {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    cancelSignal: signal,
    maxBuffer: 65_536,
  });
  if (failed)
    throw new CameraError('crashed', `ffmpeg cannot make a clip: ${stderr.trim().split('\n').at(-1) || shortMessage}`);
};
