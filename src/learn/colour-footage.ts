import { DataError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';
import { chromaAt } from '../core/luma.ts';
import { leastChroma } from '../task/colorize.ts';
import { minFrames, selectFrames } from './data-set.ts';
import type { DataSet, Part } from './data-set.ts';

/** The background's chroma is taken from so many frames, evenly spread. */
const backgroundFrames = 61;

/** What is further than so many gray levels from the median counts as so far away: a passer-by, not noise. */
const noiseLevels = 2;

/** Cb and Cr (BT.601, centred at 0) at half size, 2 x H/2 x W/2 gray levels, of an rgb24 picture. */
export const halfChroma = (data: Uint8Array, { width, height }: Pick<DataSet, 'width' | 'height'>): Float32Array => {
  const [cols, rows] = [width / 2, height / 2];
  const chroma = new Float32Array(2 * rows * cols);
  for (let y = 0; y < 2 * rows; y++)
    for (let x = 0; x < 2 * cols; x++) {
      const [cb, cr] = chromaAt(data, y * width + x);
      const at = (y >> 1) * cols + (x >> 1);
      chroma[at]! += cb / 4;
      chroma[rows * cols + at]! += cr / 4;
    }
  return chroma;
};

/** Whether a picture has colours is told from one pixel in so many: it is asked of every frame of a night. */
const pixelsApart = 7;

/** Whether an rgb24 picture has colours; one of infrared light is gray, and so is every picture of one channel. */
export const hasColour = (data: Uint8Array, { width, height, format }: FrameShape): boolean => {
  if (format !== 'rgb24') return false;
  let [sum, pixels] = [0, 0];
  for (let pixel = 0; pixel < width * height; pixel += pixelsApart, pixels++) {
    const [cb, cr] = chromaAt(data, pixel);
    sum += Math.abs(cb) + Math.abs(cr);
  }
  return sum / pixels >= leastChroma;
};

/** The frames of a set that have colours. */
export const colouredPart = (set: DataSet): Part =>
  selectFrames(
    set,
    Array.from({ length: set.count }, (_, index) => index).filter((index) => hasColour(set.at(index), set)),
  );

/** The coloured part of a set, enough to learn from. Throws DataError 'mismatch' for gray footage, 'too-few' for too little. */
export const colourFrames = (set: DataSet, source: string): Part => {
  if (set.format !== 'rgb24')
    throw new DataError('mismatch', `${source}: expected footage in colour to learn colours from, found gray`);
  const chosen = colouredPart(set);
  if (chosen.count < minFrames)
    throw new DataError(
      'too-few',
      `${source}: expected at least ${minFrames} frames in colour to learn colours from, found ${chosen.count} of ${set.count}. Learn by daylight.`,
    );
  return chosen;
};

/**
 * The colour of the scene without passers-by, 2 x H/2 x W/2 gray levels: the mean chroma of each place, in which what is
 * far from its median counts as near to it. A mean, since a codec's chroma jumps between few levels.
 */
export const sceneChroma = (set: DataSet): Float32Array => {
  const count = Math.min(backgroundFrames, set.count);
  const frames = Array.from({ length: count }, (_, index) =>
    halfChroma(set.at(Math.floor(((index + 0.5) * set.count) / count)), set),
  );
  const levels = new Float32Array(count);
  return frames[0]!.map((_, at) => {
    for (const [index, frame] of frames.entries()) levels[index] = frame[at]!;
    const median = levels.sort()[count >> 1]!;
    const near = (level: number): number => Math.min(Math.max(level, median - noiseLevels), median + noiseLevels);
    return levels.reduce((sum, level) => sum + near(level), 0) / count;
  });
};
