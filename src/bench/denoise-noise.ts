import type { NoiseModel } from '../core/frame-denoiser.ts';
import { randomSource } from '../model/random.ts';

/** A way of spoiling clean pictures. */
export interface NoiseKind extends NoiseModel {
  readonly name: string;
  /** What the clean pictures are multiplied with first: the dark. */
  readonly exposure: number;
}

const gaussian = (sigma: number): NoiseKind => ({
  name: `gaussian${sigma}`,
  exposure: 1,
  a: 0,
  b2: (sigma / 255) ** 2,
});

/**
 * Low light: a third of the brightness, shot noise of 2 gray levels variance a level (a = 2/255) and read noise of 4 gray levels.
 * At the brightness of 40 that is a standard deviation of 9.8 gray levels.
 */
export const lowLight: NoiseKind = { name: 'lowlight', exposure: 0.33, a: 2 / 255, b2: (4 / 255) ** 2 };
export const noiseKinds: readonly NoiseKind[] = [...[10, 20, 30, 50].map(gaussian), lowLight];

/** The clean picture as the noise kind shows it: darker, in bytes. */
export const exposed = (picture: Uint8Array, { exposure }: NoiseKind): Uint8Array =>
  exposure === 1 ? picture : picture.map((level) => Math.round(level * exposure));

/** The picture with normal noise of the kind's variance at each pixel, clipped and rounded to bytes. */
const withNoise = (picture: Uint8Array, { a, b2 }: NoiseModel, random: () => number): Uint8Array => {
  const sigmas = Float64Array.from({ length: 256 }, (_, level) => 255 * Math.sqrt((a * level) / 255 + b2));
  const spoiled = new Uint8Array(picture.length);
  for (let at = 0; at < picture.length; at += 2) {
    // Box & Muller 1958: two normal numbers from two even ones.
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    const [first, second] = [picture[at]!, picture[at + 1] ?? 0];
    spoiled[at] = byteOf(first + sigmas[first]! * radius * Math.cos(angle));
    if (at + 1 < picture.length) spoiled[at + 1] = byteOf(second + sigmas[second]! * radius * Math.sin(angle));
  }
  return spoiled;
};

const byteOf = (level: number): number => Math.min(255, Math.max(0, Math.round(level)));

/** The pictures, each with noise of its own; the same for the same seed. */
export const noisyPictures = (
  pictures: readonly Uint8Array[],
  noise: NoiseModel,
  seed: number,
): readonly Uint8Array[] => {
  const random = randomSource(seed);
  return pictures.map((picture) => withNoise(picture, noise, random));
};
