import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { trainDenoiser } from '../learn/denoising/train-denoiser.ts';
import type { TrainDenoiserOptions } from '../learn/denoising/train-denoiser.ts';
import { denoiserSizes } from '../model/architectures/denoiser.ts';
import type { DenoiserName } from '../model/architectures/denoiser.ts';
import { positiveNumber, wholeNumber } from './arguments.ts';
import { withProgress } from './with-progress.ts';

type TrainOptions = Omit<TrainDenoiserOptions, 'command' | 'signal' | 'onProgress'> & { readonly out: string };

const share = (text: string): number => Math.min(1, text === '0' ? 0 : positiveNumber(text));
const sizeNames = Object.keys(denoiserSizes) as DenoiserName[];

export const trainCommand = (): Command =>
  new Command('train')
    .description('train models that are shipped, on footage of your own choice')
    .addCommand(
      new Command('denoise')
        .description('train a denoiser on clean videos and images, to which noise is added')
        .requiredOption(
          '--videos <paths...>',
          'videos, folders of images, or folders of such clips; each weighs the same',
        )
        .option('--images <folders...>', 'folders of clean images', [])
        .requiredOption('--out <dir>', 'model folder to write')
        .addOption(new Option('--size <name>', 'of the net').choices(sizeNames).default('fast'))
        .option('--from <dir>', 'go on from this denoiser of the same size')
        .option('--minutes <number>', 'minutes of training', positiveNumber, 30)
        .option('--max-frames <count>', 'frames of each clip at most, from its beginning', wholeNumber, 300)
        .option('--frames <count>', 'frames of a sample', wholeNumber, 7)
        .option('--crop <pixels>', 'side of a sample', wholeNumber, 64)
        .option('--batch <count>', 'samples of a step', wholeNumber, 8)
        .option('--video-share <share>', 'share of samples from videos', share, 0.6)
        .option('--warm-share <share>', 'share of samples that begin with an average', share, 0.65)
        .option('--compressed-share <share>', 'share of samples that went through H.264', share, 0.15)
        .option('--first-weight <share>', 'weight of the first frame of a sample', share, 0.3)
        .option('--learning-rate <number>', 'the highest', positiveNumber, 2e-3)
        .option('--threads <count>', 'threads', wholeNumber, 1)
        .option('--seed <number>', 'seed of weights and samples', wholeNumber, 1)
        .addHelpText(
          'after',
          '\nExample:\n  nightjar train denoise --videos street.mp4 clips/ --images photos/ --out models/mine',
        )
        .action(trainDenoise),
    );

const trainDenoise = async ({ out, ...options }: TrainOptions): Promise<void> => {
  const command = `nightjar ${process.argv.slice(2).join(' ')}`;
  const card = await withProgress('train', async (watch) =>
    trainDenoiser(out, { ...options, ...watch, command }, await findFfmpeg()),
  );
  const { steps, seconds, validationLoss } = card.training;
  console.log(`${out}: ${steps} steps in ${seconds.toFixed(0)} s, held-back loss ${validationLoss.toPrecision(4)}`);
};
