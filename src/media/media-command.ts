import { passthrough } from '../core/ffmpeg-program.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import path from 'node:path';

import type { Size } from '../camera/read-still.ts';
import type { FrameShape } from '../core/frame.ts';
import { ticksPerSecond } from './ivf.ts';

/** What is known of a file with pictures, in the shape in which it is denoised. */
export interface Media extends FrameShape {
  /** Frames a second as the file says; of a video with uneven rate the usual one. */
  readonly fps: number;
  /** 0 where the file does not say. */
  readonly durationSeconds: number;
  readonly hasAudio: boolean;
  /** FFmpeg's name of the matrix between YUV and RGB, for both ways. */
  readonly matrix: 'bt709' | 'bt601';
}

const quiet = ['-hide_banner', '-nostdin', '-nostats', '-loglevel'];
const fileInput = (file: string): string[] => ['-protocol_whitelist', 'file,crypto', '-i', `file:${file}`];
/** The first video that is no cover picture of a piece of music. */
const video = ['-map', '0:V:0'];
const scaled = (size: Size | undefined): string => (size ? `scale=${size.width}:${size.height}:flags=area,` : '');

/** Gives the first picture as PAM, gray or RGB, and says in its log what the file holds. */
export const describeCommand = (file: string, size?: Size): string[] => [
  ...[...quiet, 'info', ...fileInput(file), ...video, '-frames:v', '1'],
  ...['-vf', `${scaled(size)}format=gray|rgb24`, '-c:v', 'pam', '-f', 'image2pipe', 'pipe:1'],
];

/**
 * Decodes to raw frames on stdout, each as often as it is there, and a line "frame:N pts:TICKS" for each on descriptor
 * 3.
 */
export const decodeCommand = (
  file: string,
  { width, height, format, matrix }: Media,
  program: Pick<FfmpegProgram, 'version'>,
): string[] => [
  ...[...quiet, 'error', ...fileInput(file), ...video, '-vf'],
  [
    `scale=${width}:${height}:flags=area:in_color_matrix=${matrix}`,
    `format=${format}`,
    `settb=1/${ticksPerSecond}`,
    // Only frames that have metadata are printed.
    'metadata=mode=add:key=nightjar:value=1',
    String.raw`metadata=mode=print:file=pipe\\:3:direct=1`,
  ].join(','),
  ...[...passthrough(program), '-threads', '1', '-f', 'rawvideo', 'pipe:1'],
];

export interface EncodeOptions {
  /** Where the sound is copied from. */
  readonly source: string;
  readonly target: string;
  readonly media: Media;
  readonly crf: number;
  /** Time of the first frame, in ticks. */
  readonly startTicks: number;
}

/** Encodes IVF on stdin to a video file, with the sound of the source as it is. */
export const encodeCommand = (
  { source, target, media, crf, startTicks }: EncodeOptions,
  program: Pick<FfmpegProgram, 'version'>,
): string[] => {
  const { width, height, fps, matrix, hasAudio } = media;
  // 4:2:0 has even sides only.
  const pixels = width % 2 || height % 2 ? 'yuv444p' : 'yuv420p';
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y'],
    ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
    // ffmpeg moves the first frame to 0 otherwise, away from its sound.
    ...['-itsoffset', String(startTicks / ticksPerSecond), '-f', 'ivf', '-c:v', 'rawvideo', '-i', 'pipe:0'],
    ...(hasAudio ? [...fileInput(source), '-map', '0:v', '-map', '1:a', '-c:a', 'copy', '-map_metadata', '1'] : []),
    ...['-vf', `scale=out_color_matrix=${matrix}:out_range=tv,format=${pixels}`],
    ...['-colorspace', matrix === 'bt709' ? 'bt709' : 'smpte170m', '-color_range', 'tv'],
    ...[...passthrough(program), '-enc_time_base', `1/${ticksPerSecond}`],
    // What the rate control and the level are reckoned from, and how long the last frame stays.
    ...['-c:v', 'libx264', '-crf', String(crf), '-x264-params', `fps=${Math.round(fps * 1001)}/1001`],
    ...['-bsf:v', `setts=pts=PTS:dts=DTS:duration=${Math.round(ticksPerSecond / fps)}`],
    ...(/\.(mp4|m4v|mov)$/i.test(target) ? ['-movflags', '+faststart'] : []),
    `file:${target}`,
  ];
};

/** Writes one picture that comes in as PAM, in the format that the target's name says. */
export const encodeImageCommand = (target: string): string[] => [
  ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y', '-f', 'image2pipe', '-c:v', 'pam', '-i', 'pipe:0'],
  // The best JPEG of ffmpeg's; the others lose nothing.
  ...['-frames:v', '1', '-update', '1', '-q:v', '1', '-qmin', '1'],
  ...(/\.webp$/i.test(target) ? ['-lossless', '1'] : []),
  `file:${path.resolve(target)}`,
];
