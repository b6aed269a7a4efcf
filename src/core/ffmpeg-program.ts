/** An ffmpeg program of this version, and what to put in front of its path so that it dies with this process. */
export interface FfmpegProgram {
  readonly path: string;
  readonly launcher: readonly string[];
  /** Such as [5, 1]. */
  readonly version: readonly [major: number, minor: number];
}

/** Each frame once, at its own time: the option had another name before ffmpeg 5.1. */
export const passthrough = ({ version: [major, minor] }: Pick<FfmpegProgram, 'version'>): string[] => [
  major > 5 || (major === 5 && minor >= 1) ? '-fps_mode' : '-vsync',
  'passthrough',
];
