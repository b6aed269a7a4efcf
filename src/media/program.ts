/** An ffmpeg program, and what to put in front of its path so that it dies with this process. */
export interface FfmpegProgram {
  readonly path: string;
  readonly launcher: readonly string[];
}

/** The last thing ffmpeg said, without the name of the part that said it. */
export const lastLine = (log: string): string =>
  log
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^(\[[^\]]*\] )+/, '')
    .trim() ?? '';
