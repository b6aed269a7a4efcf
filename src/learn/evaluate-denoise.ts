import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { normal } from '../model/normal-random.ts';
import { randomSource } from '../model/random.ts';
import { addNoise, gaussianNoise } from './add-noise.ts';
import { evaluatePictures } from './evaluate-pictures.ts';
import type { PictureEvaluation } from './evaluate-pictures.ts';
import { evaluationOptions } from './learn-and-evaluate.ts';
import type { LearnOptions } from './learn-model.ts';
import { psnrOf, squaredError } from './psnr.ts';
import { trainAndTest } from './train-and-test.ts';
import type { FootagePlan } from './train-and-test.ts';

export interface DenoisePlan extends FootagePlan {
  /** Of the noise that is added, in gray levels. */
  readonly sigma: number;
  readonly architecture: LearnOptions['architecture'];
}

export interface DenoiseEvaluation extends PictureEvaluation {
  /** Peak signal-to-noise ratios in dB, of the mean squared error of all test frames. */
  readonly psnrNoisy: number;
  readonly psnrDenoised: number;
  readonly psnrGain: number;
}

/**
 * Learns a denoiser from footage that is taken as clean, and measures how much added normal noise it takes away, clipped
 * to bytes as a camera's would be. Rejects with DataError for data that does not fit.
 */
export const evaluateDenoise = async (plan: DenoisePlan, ffmpeg: Ffmpeg): Promise<DenoiseEvaluation> => {
  const noise = gaussianNoise(plan.sigma);
  const random = randomSource(plan.seed + 1);
  const options = {
    ...evaluationOptions(plan),
    task: 'denoise',
    architecture: plan.architecture,
    noise: plan.sigma / 255,
  } as const;
  const total = { noisy: 0, denoised: 0 };
  const evaluation = await evaluatePictures(
    await trainAndTest(plan, ffmpeg),
    options,
    (truth) => addNoise(truth, noise, () => normal(random)),
    ({ denoised }, { truth, shown }) => {
      total.noisy += squaredError(truth, shown);
      total.denoised += squaredError(truth, denoised!);
    },
  );
  const psnrNoisy = psnrOf(total.noisy / evaluation.testFrames);
  const psnrDenoised = psnrOf(total.denoised / evaluation.testFrames);
  return { psnrNoisy, psnrDenoised, psnrGain: psnrDenoised - psnrNoisy, ...evaluation };
};
