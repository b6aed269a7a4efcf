/** The last thing ffmpeg said, without the name of the part that said it. */
export const lastLine = (log: string): string =>
  log
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^(\[[^\]]*\] )+/, '')
    .trim() ?? '';
