import { stat } from 'node:fs/promises';
import path from 'node:path';

import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { imageFile } from '../camera/read-footage.ts';
import type { Size } from '../camera/read-still.ts';
import { devices } from '../core/engine.ts';
import type { Device } from '../core/engine.ts';
import { ConfigError, DataError } from '../core/errors.ts';
import { openDenoisers } from '../learn/open-denoisers.ts';
import type { OpenDenoisers } from '../learn/open-denoisers.ts';
import { denoiseFolder, denoiseImage } from '../media/denoise-images.ts';
import { denoiseVideo } from '../media/denoise-video.ts';
import type { DenoiseWork } from '../media/denoise-video.ts';
import { describeMedia } from '../media/describe-media.ts';
import { expectFree, writeTarget } from '../media/write-target.ts';
import { anySize, numberFrom, wholeNumber } from './arguments.ts';
import type { Progress } from './progress.ts';
import { withProgress } from './with-progress.ts';

export interface DenoiseOptions {
  readonly model: string;
  readonly strength?: number;
  readonly device: Device;
  readonly threads: number;
  readonly size?: Size;
  readonly crf: number;
  readonly unrelated?: boolean;
  readonly force?: boolean;
}

export const denoiseCommand = (): Command =>
  new Command('denoise')
    .description('take the noise out of a video file, an image or a folder of images')
    .argument('<in>', 'a video, an image, or a folder with the images of one camera')
    .argument('<out>', 'the file to write (video: H.264), or the folder')
    .option('--model <model>', 'fast (a CPU in real time), light (faster), best, or the folder of a model', 'fast')
    .option('--strength <0..1>', 'how much of the noise goes: 1 all, 0 nothing', numberFrom(0, 1))
    .addOption(new Option('--device <device>', 'where the model runs').choices(devices).default('auto'))
    .option('--threads <number>', 'processor threads of the model', wholeNumber, 1)
    .option('--size <WIDTHxHEIGHT>', 'scale the pictures first; without it they keep their size', anySize)
    .option('--crf <number>', "libx264's quality of a video, 0 (lossless) to 51", numberFrom(0, 51), 18)
    .option('--unrelated', 'the images of the folder are no frames of one camera: each is denoised by itself')
    .option('--force', 'replace what is there')
    .addHelpText(
      'after',
      `
The noise is estimated; nothing has to be tuned. Frames of a video keep their times and the sound is copied. Nothing is left of
an output that was interrupted.

Examples:
  nightjar denoise night.mp4 clean.mp4
  nightjar denoise snapshot.jpg clean.png --model best
  nightjar denoise frames/ clean/ --strength 0.7`,
    )
    .action(async (source: string, target: string, options: DenoiseOptions) => {
      const ffmpeg = await findFfmpeg();
      const { pictures, seconds } = await withProgress(path.basename(source), async ({ signal, onProgress }) =>
        denoiseFile({ source, target, options, ffmpeg }, { openDenoisers, signal, onProgress }),
      );
      console.log(
        `${target}: ${pictures} pictures in ${seconds.toFixed(1)} s, ${(pictures / seconds).toFixed(1)} a second`,
      );
    });

export interface DenoiseFileDeps {
  readonly openDenoisers: OpenDenoisers;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Does what the command does. Resolves with the number of pictures; throws ConfigError, DataError, or the signal's
 * reason.
 */
export const denoiseFile = async (
  {
    source,
    target,
    options,
    ffmpeg,
  }: {
    readonly source: string;
    readonly target: string;
    readonly options: DenoiseOptions;
    readonly ffmpeg: DenoiseWork['ffmpeg'];
  },
  { openDenoisers, signal, onProgress }: DenoiseFileDeps,
): Promise<{ readonly pictures: number; readonly seconds: number }> => {
  const { model, strength, force = false, size, unrelated = false, crf } = options;
  const isFolder = (await kindOf(source)) === 'folder';
  if (path.resolve(source) === path.resolve(target))
    throw new ConfigError('invalid', 'Expected another name for the output than for the input');
  if (!isFolder) await expectFree(target, force);
  const denoisers = await openDenoisers({ device: options.device, threads: Math.max(1, options.threads) });
  const startedAt = performance.now();
  const secondsSince = (): number => (performance.now() - startedAt) / 1000;
  const work: DenoiseWork = {
    ffmpeg,
    open: denoisers.open,
    choice: { model, ...(strength !== undefined && { strength }) },
    signal,
    onDone: (pictures, fraction) =>
      onProgress({
        stage: 'denoising',
        fraction,
        framesPerSecond: pictures / secondsSince(),
        ...(fraction > 0 && { secondsLeft: (secondsSince() * (1 - fraction)) / fraction }),
      }),
  };
  const denoise = async (): Promise<number> => {
    if (isFolder) return denoiseFolder(source, target, { force, size, unrelated }, work);
    if (imageFile.test(source)) return denoiseImage(source, target, { force, size }, work);
    if (imageFile.test(target)) throw new ConfigError('invalid', `Expected the name of a video file, got ${target}`);
    const { media } = await describeMedia(source, ffmpeg, size);
    return writeTarget(target, { force }, async (file) => denoiseVideo({ source, target: file, media, crf }, work));
  };
  try {
    return { pictures: await denoise(), seconds: secondsSince() };
  } finally {
    await denoisers.close();
  }
};

const kindOf = async (source: string): Promise<'folder' | 'file'> => {
  const info = await stat(source).catch((cause: unknown) => {
    throw new DataError('unreadable', `${source}: there is no such file`, { cause });
  });
  return info.isDirectory() ? 'folder' : 'file';
};
