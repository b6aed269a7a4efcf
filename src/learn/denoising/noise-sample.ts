import type { NoiseModel } from '../../core/frame-denoiser.ts';
import type { Tensors } from '../../core/tensor.ts';
import { leastGain } from '../../model/denoiser/denoiser-step.ts';
import { randomSource } from '../../model/random.ts';
import type { Samples } from '../samples.ts';
import type { CropShape } from './clean-crops.ts';

/** One sample for `denoiserObjective`. */
export interface NoiseSample {
  /** Gray levels. */
  readonly clean: ArrayLike<number>;
  readonly noisy: Uint8Array;
  readonly noise: NoiseModel;
  readonly warm?: WarmState;
}

/** What a denoiser begins with that has seen frames before: see `DenoiserState`. */
interface WarmState {
  readonly average: Float32Array;
  readonly variance: number;
}

/** The state after these frames, of which nothing moved: their mean. */
export const warmFrom = (frames: readonly Uint8Array[]): WarmState => ({
  average: Float32Array.from(
    frames[0]!,
    (_, at) => frames.reduce((sum, frame) => sum + frame[at]!, 0) / (255 * frames.length),
  ),
  variance: Math.max(leastGain, 1 / frames.length),
});

/** Makes one sample. */
export type MakeSample = (random: () => number) => NoiseSample;

interface SamplesShape extends CropShape {
  /** Samples of one pass. */
  readonly count: number;
  readonly seed: number;
}

/** Samples that are made anew each time they are asked for. */
export const randomSamples = (make: MakeSample, shape: SamplesShape): Samples => {
  const random = randomSource(shape.seed);
  return {
    count: shape.count,
    batch: (indices) =>
      joined(
        indices.map(() => make(random)),
        shape,
      ),
  };
};

/** Samples that depend on their index only, so that losses can be compared. */
export const fixedSamples = (make: MakeSample, shape: SamplesShape): Samples => ({
  count: shape.count,
  batch: (indices) =>
    joined(
      indices.map((index) => make(randomSource(shape.seed + 7919 * (index + 1)))),
      shape,
    ),
});

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
