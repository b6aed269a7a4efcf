import { crop } from '../../core/crop.ts';
import { DataError } from '../../core/errors.ts';
import type { NoiseModel } from '../../core/frame-denoiser.ts';
import { normalSource } from '../../model/normal-random.ts';
import { randomInteger } from '../../model/random.ts';
import { fitNoise, stillQuantile } from '../../task/noise-estimate.ts';
import { addNoise, gaussianNoise } from '../add-noise.ts';
import type { DataSet } from '../data-set.ts';
import { drawPiece, panned } from './clean-crops.ts';
import type { CropShape } from './clean-crops.ts';
import { warmFrom } from './noise-sample.ts';
import type { MakeSample, NoiseSample } from './noise-sample.ts';
import { withNoise } from './synthetic-samples.ts';

/** Frames whose mean counts as clean: light changes slowly, noise is averaged away. */
const meanFrames = 100;
/** Frames before a sample that its first average is of, at most. */
const mostBefore = 30;
/** Side of the cells in which is looked for movement, in pixels. */
const cell = 8;
/** Standard deviations by which the mean of a cell over a sample's frames may differ from what counts as clean. */
const mostDifference = 4;
/** And their mean square, as a multiple of the noise's variance. */
const mostEnergy = 1.7;
/** Frames whose mean is looked at: what passes in fewer is seen. */
const together = 4;
/** Places that are tried for one where nothing moves, before the moved mean picture is taken instead. */
const tries = 20;

/**
 * Samples from a fixed camera's own noisy footage, gray, without any clean picture: what stays still over a sample's
 * frames is to come out as its mean over a hundred frames, in which the noise has a hundredth of its variance. Its
 * noise is the camera's own, with all that an encoder made of it. Before some of it move pieces of the scene, with
 * noise of the measured strength; some samples are the mean picture with such noise, moved as a whole. Throws DataError
 * 'too-few'.
 */
export const ownSamples = (
  footage: DataSet,
  shape: CropShape,
  warmShare: number,
): { readonly noise: NoiseModel; readonly make: MakeSample } => {
  if (footage.count < meanFrames)
    throw new DataError(
      'too-few',
      `Expected at least ${meanFrames} frames to learn the noise from, found ${footage.count}`,
    );
  const means = Array.from({ length: Math.floor(footage.count / meanFrames) }, (_, at) =>
    meanOf(footage, at * meanFrames),
  );
  const meanAt = (frame: number): Float32Array => means[Math.min(means.length - 1, Math.floor(frame / meanFrames))]!;
  const noise = noiseOf(footage, meanAt);
  const size = { width: footage.width, height: footage.height };
  const anyCorner = (random: () => number): readonly [number, number] => [
    randomInteger(random, 0, size.width - shape.size + 1),
    randomInteger(random, 0, size.height - shape.size + 1),
  ];

  const real = (random: () => number): NoiseSample | undefined => {
    const before = random() < warmShare ? randomInteger(random, 1, mostBefore + 1) : 0;
    const start = randomInteger(random, before, footage.count - shape.frames + 1);
    for (let at = start - before + 1; at < start + shape.frames; at++) if (!footage.continues(at)) return undefined;
    const corner = anyCorner(random);
    const [left, top] = corner;
    const frames = Array.from({ length: before + shape.frames }, (_, at) =>
      crop(footage.at(start - before + at), footage.width, { left, top, width: shape.size, height: shape.size }),
    );
    const clean = panned({ ...size, data: meanAt(start) }, shape, { corner });
    if (!isStill(frames, clean.subarray(0, shape.size ** 2), shape.size, noise)) return undefined;
    const sample = { clean, noisy: Buffer.concat(frames.slice(before)), noise };
    return before === 0 ? sample : { ...sample, warm: warmFrom(frames.slice(0, before)) };
  };

  const withPiece = (sample: NoiseSample, random: () => number): NoiseSample => {
    const before = Float32Array.from(sample.clean);
    const clean = before.slice();
    const data = Uint8Array.from(meanAt(randomInteger(random, 0, footage.count)), Math.round);
    drawPiece(clean, shape, { ...size, data }, random);
    const drawn = addNoise(clean, noise, normalSource(random));
    return {
      ...sample,
      clean,
      noisy: sample.noisy.map((level, at) => (clean[at] === before[at] ? level : drawn[at]!)),
    };
  };

  const moved = (random: () => number): NoiseSample => {
    const speed = [randomInteger(random, -3, 4), randomInteger(random, -3, 4)] as const;
    const mean = meanAt(randomInteger(random, 0, footage.count));
    const clean = panned({ ...size, data: mean }, shape, { corner: anyCorner(random), speed });
    return withNoise(clean, noise, shape, random() < warmShare, random);
  };

  return {
    noise,
    make(random) {
      if (random() < 0.15) return moved(random);
      for (let count = 0; count < tries; count++) {
        const sample = real(random);
        if (sample) return random() < 0.4 ? withPiece(sample, random) : sample;
      }
      return moved(random);
    },
  };
};

const meanOf = (footage: DataSet, from: number): Float32Array => {
  const mean = new Float32Array(footage.width * footage.height);
  for (let at = from; at < from + meanFrames; at++)
    for (const [pixel, level] of footage.at(at).entries()) mean[pixel]! += level / meanFrames;
  return mean;
};

/** The noise around the means, of some frames in blocks of 4x4 pixels. */
const noiseOf = (footage: DataSet, meanAt: (frame: number) => Float32Array): NoiseModel => {
  const levels: number[] = [];
  const variances: number[] = [];
  const side = 4;
  const unbiased = meanFrames / (meanFrames - 1);
  for (let frame = 0; frame < footage.count; frame += Math.ceil(footage.count / 16)) {
    const [picture, mean] = [footage.at(frame), meanAt(frame)];
    for (let y = 0; y + side <= footage.height; y += side) {
      for (let x = 0; x + side <= footage.width; x += side) {
        let [level, squares] = [0, 0];
        for (let at = 0; at < side * side; at++) {
          const pixel = (y + Math.floor(at / side)) * footage.width + x + (at % side);
          level += mean[pixel]! / (255 * side * side);
          squares += ((picture[pixel]! - mean[pixel]!) / 255) ** 2 / (side * side);
        }
        levels.push(level);
        variances.push(unbiased * squares);
      }
    }
  }
  return fitNoise(levels, variances, stillQuantile) ?? gaussianNoise(1);
};

/** Whether nothing moved: in no cell do neighbouring frames differ from `mean` by more than noise explains. */
const isStill = (frames: readonly Uint8Array[], mean: Float32Array, size: number, { a, b2 }: NoiseModel): boolean => {
  const parts = Array.from({ length: Math.ceil(frames.length / together) }, (_, at) =>
    frames.slice(at * together, (at + 1) * together),
  );
  for (let y = 0; y + cell <= size; y += cell) {
    for (let x = 0; x + cell <= size; x += cell) {
      for (const part of parts) {
        let [difference, squares, level] = [0, 0, 0];
        for (let at = 0; at < cell * cell; at++) {
          const pixel = (y + Math.floor(at / cell)) * size + x + (at % cell);
          level += mean[pixel]! / (255 * cell * cell);
          for (const frame of part) {
            const off = (frame[pixel]! - mean[pixel]!) / 255;
            difference += off;
            squares += off * off;
          }
        }
        const count = cell * cell * part.length;
        // Noise that an encoder left goes together: its mean is less sure than that of independent values.
        const variance = a * level + b2;
        const deviation = Math.sqrt(variance / Math.min(count, 64));
        if (squares / count > mostEnergy * variance) return false;
        if (Math.abs(difference / count) > mostDifference * deviation) return false;
      }
    }
  }
  return true;
};
