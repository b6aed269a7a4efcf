import type { NoiseModel } from '../../core/frame-denoiser.ts';

/** One sample for `denoiserObjective`. */
export interface NoiseSample {
  /** Gray levels. */
  readonly clean: ArrayLike<number>;
  readonly noisy: Uint8Array;
  readonly noise: NoiseModel;
  readonly warm?: { readonly average: Float32Array; readonly variance: number };
}

/** Gray levels with noise, clipped and rounded as a camera does. */
export const addNoise = (clean: ArrayLike<number>, { a, b2 }: NoiseModel, normal: () => number): Uint8Array => {
  const noisy = new Uint8ClampedArray(clean.length);
  for (let at = 0; at < clean.length; at++)
    noisy[at] = clean[at]! + 255 * Math.sqrt(a * (clean[at]! / 255) + b2) * normal();
  return new Uint8Array(noisy.buffer);
};
