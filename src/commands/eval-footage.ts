import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { evaluateColour } from '../learn/evaluate-colour.ts';
import { evaluateDenoise } from '../learn/evaluate-denoise.ts';
import type { PictureEvaluation } from '../learn/evaluate-pictures.ts';
import type { FootagePlan } from '../learn/train-and-test.ts';
import { positiveNumber, sizeOption, wholeNumber } from './arguments.ts';
import { withProgress } from './with-progress.ts';

interface FootageCommandOptions {
  readonly train: string;
  readonly test?: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly fps: number;
  readonly minutes: number;
  readonly seed: number;
  readonly json?: boolean;
}

interface DenoiseOptions extends FootageCommandOptions {
  readonly sigma: number;
  readonly architecture: 'strided' | 'convolutional' | 'dense';
  readonly colour?: boolean;
}

const footageCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .requiredOption('--train <path>', 'a video, a folder of images or a folder of clips to learn from')
    .option('--test <path>', 'the same to measure on; without it the last 30 % of --train, and the first 60 % teach')
    .addOption(sizeOption(320, 176))
    .option('--fps <number>', 'frames a second of the footage', positiveNumber, 10)
    .option('--minutes <number>', 'minutes of training at most', positiveNumber, 3)
    .option('--seed <number>', 'seed of weights and noise', wholeNumber, 1)
    .option('--json', 'print one JSON line');

export const evalDenoiseCommand = (): Command =>
  footageCommand('denoise', 'learn a denoiser from clean footage, and print how much added noise it takes away')
    .option('--sigma <levels>', 'standard deviation of the noise, in gray levels of 255', positiveNumber, 25)
    .option('--colour', 'in colour instead of gray')
    .addOption(
      new Option('--architecture <name>').choices(['strided', 'convolutional', 'dense'] as const).default('strided'),
    )
    .addHelpText('after', '\nExample:\n  nightjar eval denoise --train recording.mp4 --sigma 15')
    .action(async ({ sigma, architecture, colour = false, ...options }: DenoiseOptions) => {
      const plan = { ...planOf(options, colour ? 'rgb24' : 'gray'), sigma, architecture };
      await evaluate(plan, options.json, evaluateDenoise, (found) => [
        `PSNR of the noisy frames     ${found.psnrNoisy.toFixed(2)} dB`,
        `PSNR of the denoised frames  ${found.psnrDenoised.toFixed(2)} dB, ${found.psnrGain.toFixed(2)} dB more`,
      ]);
    });

export const evalColorizeCommand = (): Command =>
  footageCommand('colorize', 'learn the colours of a scene, colour other frames of it from gray, and print how true')
    .addHelpText('after', '\nExample:\n  nightjar eval colorize --train recording-by-day.mp4')
    .action(async (options: FootageCommandOptions) =>
      evaluate(planOf(options, 'rgb24'), options.json, evaluateColour, (found) => [
        `PSNR of the gray frames      ${found.psnrGray.toFixed(2)} dB`,
        `PSNR of the coloured frames  ${found.psnrColour.toFixed(2)} dB, ${found.psnrGain.toFixed(2)} dB more`,
        `flicker where nothing moves  ${found.flicker.toFixed(2)} gray levels, of the true video ${found.flickerTrue.toFixed(2)}`,
      ]),
    );

const planOf = ({ train, test, size, fps, minutes, seed }: FootageCommandOptions, format: 'gray' | 'rgb24') => ({
  train,
  test,
  footage: { id: 'eval', ...size, format, fps, mask: [] },
  minutes,
  seed,
});

const evaluate = async <Plan extends FootagePlan, Found extends PictureEvaluation>(
  plan: Plan,
  json: boolean | undefined,
  measure: (plan: Plan, ffmpeg: Ffmpeg) => Promise<Found>,
  lines: (found: Found) => readonly string[],
): Promise<void> => {
  const found = await withProgress('eval', async (watch) => measure({ ...plan, ...watch }, await findFfmpeg()));
  if (json) {
    console.log(JSON.stringify({ ...found, seed: plan.seed }));
    return;
  }
  console.log(`trained on ${found.trainFrames} frames in ${found.trainSeconds.toFixed(0)} s`);
  console.log(`measured on ${found.testFrames} frames, ${found.msPerFrame.toFixed(1)} ms a frame`);
  for (const line of lines(found)) console.log(line);
};
