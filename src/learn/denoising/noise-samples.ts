import type { NoiseModel } from '../../core/frame-denoiser.ts';
import type { Tensors } from '../../core/tensor.ts';
import { normalSource } from '../../model/normal-random.ts';
import { randomSource } from '../../model/random.ts';
import type { Samples } from '../samples.ts';
import type { CleanFootage } from './clean-footage.ts';
import { cleanCrop } from './clean-crops.ts';
import type { Crop, CropShape } from './clean-crops.ts';
import { compressedCrop } from './compressed-clips.ts';
import type { CompressedClip } from './compressed-clips.ts';
import { addNoise } from './noise-sample.ts';
import type { NoiseSample } from './noise-sample.ts';

export interface NoiseSampleOptions extends CropShape {
  /** Share of the samples that are cut out of videos. */
  readonly videoShare: number;
  /** Share of the samples that begin with the state of a denoiser which has seen frames before. */
  readonly warmShare: number;
  /** Noisy clips that went through a video encoder. */
  readonly compressed: readonly CompressedClip[];
  readonly compressedShare: number;
  /** Samples of one pass. */
  readonly count: number;
  readonly seed: number;
}

const between = (random: () => number, low: number, high: number): number => low + (high - low) * random();

/** Training samples of the denoiser, made anew each time they are asked for. Held-back ones are the same each time: see `fixed`. */
export const noiseSamples = (footage: CleanFootage, options: NoiseSampleOptions): Samples => {
  const random = randomSource(options.seed);
  return {
    count: options.count,
    batch: (indices) =>
      joined(
        indices.map(() => sampleOf(footage, options, random)),
        options,
      ),
  };
};

/** Samples that depend on their index only, so that losses can be compared. */
export const fixedNoiseSamples = (footage: CleanFootage, options: NoiseSampleOptions): Samples => ({
  count: options.count,
  batch: (indices) =>
    joined(
      indices.map((index) => sampleOf(footage, options, randomSource(options.seed + 7919 * (index + 1)))),
      options,
    ),
});

const sampleOf = (footage: CleanFootage, options: NoiseSampleOptions, random: () => number): NoiseSample => {
  const isWarm = random() < options.warmShare;
  if (options.compressed.length > 0 && random() < options.compressedShare)
    return compressedCrop(options.compressed, options, isWarm, random);
  const crop = cleanCrop(footage, options, options.videoShare, random);
  const isGaussian = random() < 0.5;
  const dim = isGaussian ? (random() < 0.5 ? between(random, 0.7, 1.1) : 1) : between(random, 0.2, 1);
  const clean = crop.map((level) => Math.min(255, level * dim));
  return withNoise(clean, isGaussian ? gaussian(random) : poissonGaussian(random), options, isWarm, random);
};

const gaussian = (random: () => number): NoiseModel => {
  const sigma = random() < 0.8 ? between(random, 3, 55) : between(random, 3, 15);
  return { a: 0, b2: (sigma / 255) ** 2 };
};

/** Of a sensor in little light: photons and reading. */
const poissonGaussian = (random: () => number): NoiseModel => ({
  a: Math.exp(between(random, Math.log(0.15), Math.log(4))) / 255,
  b2: (between(random, 1.5, 10) / 255) ** 2,
});

const withNoise = (
  clean: Crop,
  noise: NoiseModel,
  { size }: CropShape,
  isWarm: boolean,
  random: () => number,
): NoiseSample => {
  const normal = normalSource(random);
  const noisy = addNoise(clean, noise, normal);
  if (!isWarm) return { clean, noisy, noise };
  // What an average over many frames of the first picture would be, its variance evenly spread in logarithms.
  const variance = Math.exp(between(random, Math.log(0.02), 0));
  const average = Float32Array.from({ length: size * size }, (_, at) => {
    const level = clean[at]! / 255;
    return level + Math.sqrt((noise.a * level + noise.b2) * variance) * normal();
  });
  return { clean, noisy, noise, warm: { average, variance } };
};

const joined = (samples: readonly NoiseSample[], { frames, size }: CropShape): Tensors => {
  const pixels = size * size;
  const count = samples.length;
  const clean = new Uint8Array(count * frames * pixels);
  const noisy = new Uint8Array(count * frames * pixels);
  const average = new Float32Array(count * pixels);
  const denoised = new Float32Array(count * pixels);
  for (const [row, sample] of samples.entries()) {
    clean.set(Uint8ClampedArray.from(sample.clean), row * frames * pixels);
    noisy.set(sample.noisy, row * frames * pixels);
    if (!sample.warm) continue;
    average.set(sample.warm.average, row * pixels);
    denoised.set(smoothed(sample.warm.average, size), row * pixels);
  }
  const float = (shape: readonly number[], data: Float32Array) => ({ type: 'float32' as const, shape, data });
  const bytes = (data: Uint8Array) => ({ type: 'uint8' as const, shape: [count, frames, size, size], data });
  return {
    clean: bytes(clean),
    noisy: bytes(noisy),
    noise: float([count, 2], Float32Array.from(samples.flatMap(({ noise: { a, b2 } }) => [a, b2]))),
    warm: float(
      [count],
      Float32Array.from(samples, ({ warm }) => (warm ? 1 : 0)),
    ),
    variance: float(
      [count],
      Float32Array.from(samples, ({ warm }) => warm?.variance ?? 1),
    ),
    average: float([count, size, size], average),
    denoised: float([count, size, size], denoised),
  };
};

/** Means of 3x3 pixels: about what the denoiser's last output looked like beside its average. */
const smoothed = (picture: Float32Array, size: number): Float32Array =>
  picture.map((_, at) => {
    const [x, y] = [at % size, Math.floor(at / size)];
    let sum = 0;
    let count = 0;
    for (let row = Math.max(0, y - 1); row <= Math.min(size - 1, y + 1); row++)
      for (let column = Math.max(0, x - 1); column <= Math.min(size - 1, x + 1); column++, count++)
        sum += picture[row * size + column]!;
    return sum / count;
  });
