import { channelsOf } from '../core/frame.ts';
import { lumaAt } from '../core/luma.ts';
import type { DataSet } from './data-set.ts';

/** Frames that are enough for a median. */
const mostFrames = 101;

/**
 * The scene without who passes through: the median over time of each pixel's brightness, from up to 101 of the frames
 * `from` (inclusive) to `to` (exclusive), evenly spread. Height x width gray levels.
 */
const medianBackground = (set: DataSet, from: number, to: number): Float32Array => {
  const count = Math.min(mostFrames, to - from);
  const frames = Array.from({ length: count }, (_, index) => set.at(from + Math.floor((index * (to - from)) / count)));
  const channels = channelsOf(set.format);
  const levels = new Uint8Array(count);
  return Float32Array.from({ length: set.width * set.height }, (_, pixel) => {
    for (const [index, frame] of frames.entries()) levels[index] = lumaAt(frame, pixel, channels) + 0.5;
    return levels.sort()[count >> 1]!;
  });
};

/** A scene is taken to keep its looks for so long. */
const segmentSeconds = 300;

/** A background for each five minutes of footage; `of(index)` is the one of a frame. */
export const backgroundsOf = (set: DataSet): { of(index: number): Float32Array; readonly last: Float32Array } => {
  const frames = segmentSeconds * set.framesPerSecond;
  const segments = Math.max(1, Math.floor(set.count / frames));
  const edge = (segment: number): number => Math.round((segment * set.count) / segments);
  const backgrounds = Array.from({ length: segments }, (_, segment) =>
    medianBackground(set, edge(segment), edge(segment + 1)),
  );
  return {
    of: (index) => backgrounds[Math.min(segments - 1, Math.floor((index * segments) / set.count))]!,
    last: backgrounds.at(-1)!,
  };
};
