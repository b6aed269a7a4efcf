import { execa } from 'execa';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { DataError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import { shownFrames } from './denoise-filters.ts';
import type { Filter, Settings } from './denoise-filters.ts';
import { qualityOf } from './denoise-quality.ts';
import type { Quality } from './denoise-quality.ts';
import { tunedSettings } from './denoise-settings.ts';
import type { SpoiledClip } from './denoise-spoil.ts';

export interface FilterRun {
  /** Gray, as many as went in. */
  readonly frames: readonly Uint8Array[];
  /** CPU time of the whole ffmpeg run, user and system. */
  readonly cpuSeconds: number;
}

/** Runs gray frames through a filter graph, on one thread. Throws DataError when ffmpeg does not give them all back. */
export const runGraph = async (
  ffmpeg: Ffmpeg,
  frames: readonly Uint8Array[],
  shape: FrameShape,
  { graph, format, fps = 25 }: { readonly graph: string; readonly format: Filter['format']; readonly fps?: number },
): Promise<FilterRun> => {
  const size = `${shape.width}x${shape.height}`;
  const threads = ['-threads', '1', '-filter_threads', '1', '-filter_complex_threads', '1'];
  const { stdout, stderr } = await execa(
    ffmpeg.path,
    [
      ...['-hide_banner', '-loglevel', 'info', '-nostats', '-benchmark', ...threads],
      ...['-f', 'rawvideo', '-pixel_format', format, '-video_size', size, '-framerate', String(fps), '-i', 'pipe:0'],
      ...['-filter_complex', graph, '-fps_mode', 'passthrough', '-threads', '1'],
      ...['-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    ],
    { input: planes(frames, shape, format), encoding: 'buffer', stripFinalNewline: false, maxBuffer: 2 ** 31 },
  );
  const bytes = bytesPerFrame(shape);
  if (stdout.length !== bytes * frames.length)
    throw new DataError('mismatch', `${graph}: expected ${frames.length} frames, got ${stdout.length / bytes}`);
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(Buffer.from(stderr).toString()) ?? [];
  return {
    frames: frames.map((_, at) => stdout.subarray(at * bytes, (at + 1) * bytes)),
    cpuSeconds: Number(user) + Number(system),
  };
};

/** The settings tuned for a clip and its noise, if there are any. */
export const settingsFor = ({ name }: Filter, clip: SpoiledClip): Settings | undefined =>
  tunedSettings[name]?.[clip.name]?.[clip.noise.name];

/** What a filter makes of as much of a clip as it is measured on, and how good the same pictures were before. */
export const measureFilter = async (
  ffmpeg: Ffmpeg,
  clip: SpoiledClip,
  filter: Filter,
  settings: Settings,
): Promise<{ readonly before: Quality; readonly after: Quality }> => {
  const places = shownFrames(filter, clip.noisy.length, filter.frames.bench);
  const shown = places.map((place) => clip.noisy[place]!);
  const { frames } = await runFilter(ffmpeg, shown, clip, filter, settings);
  const [before, after] = [shown, frames].map((found) => qualityOf(clip.clean, found, clip, places));
  return { before: before!, after: after! };
};

export const runFilter = async (
  ffmpeg: Ffmpeg,
  frames: readonly Uint8Array[],
  shape: FrameShape,
  filter: Filter,
  settings: Settings,
): Promise<FilterRun> => runGraph(ffmpeg, frames, shape, { graph: filter.graph(settings), format: filter.format });

/** The bytes that ffmpeg reads: gray pictures, with empty chroma after each where the filter wants it. */
const planes = (frames: readonly Uint8Array[], { width, height }: FrameShape, format: Filter['format']): Buffer => {
  if (format === 'gray') return Buffer.concat(frames);
  const chroma = Buffer.alloc(2 * Math.ceil(width / 2) * Math.ceil(height / 2), 128);
  return Buffer.concat(frames.flatMap((frame) => [frame, chroma]));
};
