import type { NoiseModel } from '../../core/frame-denoiser.ts';
import { DataError } from '../../core/errors.ts';
import { normalSource } from '../../model/normal-random.ts';
import { randomInteger } from '../../model/random.ts';
import { fitNoise, stillQuantile } from '../../task/noise-estimate.ts';
import { addNoise } from '../add-noise.ts';
import type { DataSet } from '../data-set.ts';
import { drawPiece } from './clean-crops.ts';
import type { CropShape } from './clean-crops.ts';
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
/** Places that are tried before a sample with movement in it is taken as it is made up. */
const tries = 20;

/**
 * Samples from a fixed camera's own noisy footage, gray, without any clean picture: what stays still over a sample's frames is
 * to come out as its mean over a hundred frames, in which the noise has a hundredth of its variance. Its noise is the
 * camera's own, with all that an encoder made of it. Before some of it move pieces of the scene, with noise of the measured strength;
 * some samples are the mean picture with such noise, moved as a whole. Throws DataError 'too-few'.
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
  const still = { width: footage.width, height: footage.height };

  const real = (random: () => number): NoiseSample | undefined => {
    const before = random() < warmShare ? randomInteger(random, 1, mostBefore + 1) : 0;
    const start = randomInteger(random, before, footage.count - shape.frames + 1);
    const corner = [
      randomInteger(random, 0, footage.width - shape.size + 1),
      randomInteger(random, 0, footage.height - shape.size + 1),
    ] as const;
    const mean = cut(meanAt(start), footage.width, corner, shape.size);
    const frames = Array.from({ length: before + shape.frames }, (_, at) =>
      cut(footage.at(start - before + at), footage.width, corner, shape.size),
    );
    if (!isStill(frames, mean, shape.size, noise)) return undefined;
    const clean = new Float32Array(shape.frames * mean.length);
    const noisy = new Uint8Array(clean.length);
    for (let at = 0; at < shape.frames; at++) {
      clean.set(mean, at * mean.length);
      noisy.set(frames[before + at]!, at * mean.length);
    }
    if (before === 0) return { clean, noisy, noise };
    const average = mean.map(
      (_, at) => frames.slice(0, before).reduce((sum, frame) => sum + frame[at]!, 0) / (255 * before),
    );
    return { clean, noisy, noise, warm: { average, variance: Math.max(0.02, 1 / before) } };
  };

  const withPiece = (sample: NoiseSample, random: () => number): NoiseSample => {
    const before = Float32Array.from(sample.clean);
    const clean = before.slice();
    const data = Uint8Array.from(meanAt(randomInteger(random, 0, footage.count)), Math.round);
    drawPiece(clean, shape, { ...still, data }, random);
    const drawn = addNoise(clean, noise, normalSource(random));
    return {
      ...sample,
      clean,
      noisy: sample.noisy.map((level, at) => (clean[at] === before[at] ? level : drawn[at]!)),
    };
  };

  const moved = (random: () => number): NoiseSample => {
    const [dx, dy] = [randomInteger(random, -3, 4), randomInteger(random, -3, 4)];
    const mean = meanAt(randomInteger(random, 0, footage.count));
    const [x, y] = [
      randomInteger(random, 0, footage.width - shape.size + 1),
      randomInteger(random, 0, footage.height - shape.size + 1),
    ];
    const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
    const clean = new Float32Array(shape.frames * shape.size ** 2);
    for (let at = 0; at < shape.frames; at++) {
      const corner = [
        within(x + dx * at, footage.width - shape.size),
        within(y + dy * at, footage.height - shape.size),
      ] as const;
      clean.set(cut(mean, footage.width, corner, shape.size), at * shape.size ** 2);
    }
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

const cut = <T extends Uint8Array | Float32Array>(
  picture: T,
  width: number,
  [x, y]: readonly [number, number],
  size: number,
): T => {
  const out = picture.slice(0, size * size) as T;
  for (let row = 0; row < size; row++) {
    const at = (y + row) * width + x;
    out.set(picture.subarray(at, at + size), row * size);
  }
  return out;
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
  return fitNoise(levels, variances, stillQuantile) ?? { a: 0, b2: (1 / 255) ** 2 };
};

/** Whether nothing moved in the frames: in no cell do neighbouring ones differ from `mean` by more than noise explains, on average or in their squares. */
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
