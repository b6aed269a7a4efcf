import { passthrough } from '../core/ffmpeg-program.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import type { FrameShape } from '../core/frame.ts';

/** Seconds from one key frame to the next: who joins late or lost a picture waits no longer. */
const groupSeconds = 2;
/** Above this many bits a pixel and frame quality gives way: noise in the dark would need ten times as many. */
const maxBitsPerPixel = 0.6;

const even = (length: number): number => length - (length % 2);

/** The size of the coded picture: 4:2:0 needs even sides, so an odd one loses its last row or column. */
export const codedSize = ({ width, height }: FrameShape): { readonly width: number; readonly height: number } => ({
  width: even(width),
  height: even(height),
});

/**
 * ffmpeg's arguments to encode raw pictures from stdin, as they come, to H.264 in FLV on stdout. One picture in, one
 * out: no B-frames, no look-ahead. `fps` is what the rates are reckoned from; groups of pictures follow the clock.
 */
export const encoderCommand = (
  shape: FrameShape,
  fps: number,
  program: Pick<FfmpegProgram, 'version'>,
): readonly string[] => {
  const { width, height } = codedSize(shape);
  const maxRate = Math.round(width * height * fps * maxBitsPerPixel);
  return [
    ...'-hide_banner -loglevel error -probesize 32 -analyzeduration 0 -fpsprobesize 0 -threads 1'.split(' '),
    ...['-f', 'rawvideo', '-pixel_format', shape.format, '-video_size', `${shape.width}x${shape.height}`],
    ...['-framerate', String(fps), '-use_wallclock_as_timestamps', '1', '-i', 'pipe:0'],
    ...['-an', ...passthrough(program), '-enc_time_base', '1/1000'],
    // Told to the decoder as well: without it browsers guess the matrix from the size.
    ...['-vf', `crop=${width}:${height}:0:0,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p`],
    ...'-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv'.split(' '),
    ...'-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -threads 1 -bf 0 -crf 24'.split(' '),
    ...['-maxrate', String(maxRate), '-bufsize', String(maxRate)],
    ...['-g', String(Math.ceil(fps * groupSeconds * 10)), '-sc_threshold', '0', '-flags', '+cgop'],
    ...['-force_key_frames', `expr:gte(t,n_forced*${groupSeconds})`],
    ...'-flush_packets 1 -flvflags no_duration_filesize -f flv pipe:1'.split(' '),
  ];
};
