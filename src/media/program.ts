import type { Readable } from 'node:stream';

import type { FfmpegProgram } from '../core/ffmpeg-program.ts';

/** A program and its arguments, so that ffmpeg dies with this process. */
export const commandLine = (
  { path, launcher }: Pick<FfmpegProgram, 'path' | 'launcher'>,
  args: readonly string[],
): readonly [program: string, args: readonly string[]] => {
  const [program = path, ...rest] = [...launcher, path, ...args];
  return [program, rest];
};

const logLength = 4000;

/** Collects the end of what ffmpeg writes to its log. */
export const endOf = (stderr: Readable): (() => string) => {
  let log = '';
  stderr.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-logLength)));
  return () => log;
};

/** The last thing ffmpeg said, without the name of the part that said it. */
export const lastLine = (log: string): string =>
  log
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^(\[[^\]]*\] )+/, '')
    .trim() ?? '';
