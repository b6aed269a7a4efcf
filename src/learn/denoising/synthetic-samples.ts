import type { NoiseModel } from '../../core/frame-denoiser.ts';
import { normalSource } from '../../model/normal-random.ts';
import { leastGain } from '../../model/denoiser/denoiser-step.ts';
import { randomBetween } from '../../model/random.ts';
import { addNoise, gaussianNoise } from '../add-noise.ts';
import type { CleanFootage } from './clean-footage.ts';
import { cleanCrop } from './clean-crops.ts';
import type { Crop, CropShape } from './clean-crops.ts';
import { compressedCrop } from './compressed-clips.ts';
import type { CompressedClip } from './compressed-clips.ts';
import type { NoiseSample } from './noise-sample.ts';

export interface SyntheticOptions extends CropShape {
  /** Share of the samples that are cut out of videos. */
  readonly videoShare: number;
  /** Share of the samples that begin with the state of a denoiser which has seen frames before. */
  readonly warmShare: number;
  readonly compressed: readonly CompressedClip[];
  /** Share of the samples that are cut out of those. */
  readonly compressedShare: number;
}

/** A sample of clean footage with noise of any kind, or of noisy clips that went through a video encoder. */
export const syntheticSample = (
  footage: CleanFootage,
  options: SyntheticOptions,
  random: () => number,
): NoiseSample => {
  const isWarm = random() < options.warmShare;
  if (options.compressed.length > 0 && random() < options.compressedShare)
    return compressedCrop(options.compressed, options, isWarm, random);
  const crop = cleanCrop(footage, options, options.videoShare, random);
  const isGaussian = random() < 0.5;
  const dim = isGaussian ? (random() < 0.5 ? randomBetween(random, 0.7, 1.1) : 1) : randomBetween(random, 0.2, 1);
  const clean = crop.map((level) => Math.min(255, level * dim));
  return withNoise(clean, isGaussian ? gaussian(random) : poissonGaussian(random), options, isWarm, random);
};

const gaussian = (random: () => number): NoiseModel =>
  gaussianNoise(random() < 0.8 ? randomBetween(random, 3, 55) : randomBetween(random, 3, 15));

/** Of a sensor in little light: photons and reading. */
const poissonGaussian = (random: () => number): NoiseModel => ({
  a: Math.exp(randomBetween(random, Math.log(0.15), Math.log(4))) / 255,
  b2: (randomBetween(random, 1.5, 10) / 255) ** 2,
});

/** A clean crop with noise; a warm one begins with what an average over many frames of its first picture would be. */
export const withNoise = (
  clean: Crop,
  noise: NoiseModel,
  { size }: CropShape,
  isWarm: boolean,
  random: () => number,
): NoiseSample => {
  const normal = normalSource(random);
  const noisy = addNoise(clean, noise, normal);
  if (!isWarm) return { clean, noisy, noise };
  // Evenly spread in logarithms.
  const variance = Math.exp(randomBetween(random, Math.log(leastGain), 0));
  const average = Float32Array.from({ length: size * size }, (_, at) => {
    const level = clean[at]! / 255;
    return level + Math.sqrt((noise.a * level + noise.b2) * variance) * normal();
  });
  return { clean, noisy, noise, warm: { average, variance } };
};
