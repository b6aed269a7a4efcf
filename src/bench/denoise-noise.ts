import type { NoiseModel } from '../core/frame-denoiser.ts';
import { addNoise, gaussianNoise } from '../learn/add-noise.ts';
import { normalSource } from '../model/normal-random.ts';
import { randomSource } from '../model/random.ts';

/** A way of spoiling clean pictures. */
export interface NoiseKind extends NoiseModel {
  readonly name: string;
  /** What the clean pictures are multiplied with first: the dark. */
  readonly exposure: number;
}

const gaussian = (sigma: number): NoiseKind => ({ name: `gaussian${sigma}`, exposure: 1, ...gaussianNoise(sigma) });

/**
 * Low light: a third of the brightness, shot noise of 2 gray levels variance a level (a = 2/255) and read noise of 4
 * gray levels. At the brightness of 40 that is a standard deviation of 9.8 gray levels.
 */
export const lowLight: NoiseKind = { name: 'lowlight', exposure: 0.33, a: 2 / 255, b2: (4 / 255) ** 2 };
export const noiseKinds: readonly NoiseKind[] = [...[10, 20, 30, 50].map(gaussian), lowLight];

/** The clean picture as the noise kind shows it: darker, in bytes. */
export const exposed = (picture: Uint8Array, { exposure }: NoiseKind): Uint8Array =>
  exposure === 1 ? picture : picture.map((level) => Math.round(level * exposure));

/** The pictures, each with noise of its own; the same for the same seed. */
export const noisyPictures = (
  pictures: readonly Uint8Array[],
  noise: NoiseModel,
  seed: number,
): readonly Uint8Array[] => {
  const normal = normalSource(randomSource(seed));
  return pictures.map((picture) => addNoise(picture, noise, normal));
};
