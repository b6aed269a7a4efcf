import type { NoiseModel } from '../core/frame-denoiser.ts';

/** Gaussian noise of one standard deviation everywhere, in gray levels. */
export const gaussianNoise = (sigma: number): NoiseModel => ({ a: 0, b2: (sigma / 255) ** 2 });

/** Gray levels with noise from `normal`, standard normal random numbers; clipped and rounded as a camera does. */
export const addNoise = (clean: ArrayLike<number>, { a, b2 }: NoiseModel, normal: () => number): Uint8Array => {
  const noisy = new Uint8ClampedArray(clean.length);
  for (let at = 0; at < clean.length; at++)
    noisy[at] = clean[at]! + 255 * Math.sqrt(a * (clean[at]! / 255) + b2) * normal();
  return new Uint8Array(noisy.buffer);
};
