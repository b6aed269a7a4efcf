import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { initialState } from '../model/camera-model.ts';
import { randomSource } from '../model/random.ts';
import { openTask } from '../task/open-task.ts';
import { evaluationDefaults, withLearned } from './learn-and-evaluate.ts';
import type { LearnOptions } from './learn-model.ts';
import { noisy } from './noisy.ts';
import { psnrOf, squaredError } from './psnr.ts';
import { runTask } from './run-task.ts';
import { trainAndTest } from './train-and-test.ts';
import type { FootagePlan } from './train-and-test.ts';

export interface DenoisePlan extends FootagePlan {
  /** Of the noise that is added, in gray levels. */
  readonly sigma: number;
  readonly architecture: LearnOptions['architecture'];
}

export interface DenoiseEvaluation {
  /** Peak signal-to-noise ratios in dB, of the mean squared error of all test frames. */
  readonly psnrNoisy: number;
  readonly psnrDenoised: number;
  readonly psnrGain: number;
  readonly trainFrames: number;
  readonly testFrames: number;
  readonly trainSeconds: number;
  readonly msPerFrame: number;
}

/**
 * Learns a denoiser from footage that is taken as clean, and measures how much added normal noise it takes away, clipped
 * to bytes as a camera's would be. Rejects with DataError for data that does not fit.
 */
export const evaluateDenoise = async (plan: DenoisePlan, ffmpeg: Ffmpeg): Promise<DenoiseEvaluation> => {
  const { train, sigma, architecture, minutes, seed, signal, onProgress } = plan;
  const sets = await trainAndTest(plan, ffmpeg);
  const options = {
    ...evaluationDefaults,
    task: 'denoise',
    architecture,
    noise: sigma / 255,
    seed,
    maxMinutes: minutes,
    source: train,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  } as const;
  return withLearned(sets.training, options, async ({ model, card }, engine) => {
    const session = await engine.load(model);
    const task = openTask(card, initialState(model))!;
    const random = randomSource(seed + 1);
    const total = { noisy: 0, denoised: 0, seconds: 0 };
    for (let index = 0; index < sets.test.count; index++) {
      signal?.throwIfAborted();
      const clean = sets.test.at(index);
      const data = noisy(clean, sigma / 255, random);
      const startedAt = performance.now();
      const { denoised } = await runTask(session, task, { ...sets.test, data, capturedAt: 0 });
      total.seconds += (performance.now() - startedAt) / 1000;
      total.noisy += squaredError(clean, data);
      total.denoised += squaredError(clean, denoised!);
    }
    await session.release();
    const { count } = sets.test;
    const [psnrNoisy, psnrDenoised] = [psnrOf(total.noisy / count), psnrOf(total.denoised / count)];
    return {
      psnrNoisy,
      psnrDenoised,
      psnrGain: psnrDenoised - psnrNoisy,
      trainFrames: sets.training.count,
      testFrames: count,
      trainSeconds: card.training.seconds,
      msPerFrame: (1000 * total.seconds) / count,
    };
  });
};
