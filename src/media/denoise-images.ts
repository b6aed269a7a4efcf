import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';

import { compare, imageFile } from '../camera/read-footage.ts';
import type { Size } from '../camera/read-still.ts';
import { DataError } from '../core/errors.ts';
import { describeMedia } from './describe-media.ts';
import type { DenoiseWork } from './denoise-video.ts';
import { encodeImageCommand } from './media-command.ts';
import { openPadded } from './padded-denoiser.ts';
import type { AnySizeDenoiser } from './padded-denoiser.ts';
import { pamOf } from './pam.ts';
import type { Picture } from './pam.ts';
import type { FfmpegProgram } from '../core/ffmpeg-program.ts';
import { commandLine, lastLine } from './program.ts';
import { writeTarget } from './write-target.ts';

export interface ImageOptions {
  readonly force: boolean;
  /** All pictures are scaled to it; without it each keeps its own size. */
  readonly size?: Size | undefined;
  /** The images of a folder are no frames of one camera: each is denoised by itself. */
  readonly unrelated?: boolean;
}

/** Denoises one image. Throws DataError, ConfigError when the target is there, or the signal's reason. */
export const denoiseImage = async (
  source: string,
  target: string,
  options: ImageOptions,
  work: DenoiseWork,
): Promise<number> => denoiseAll([[source, target]], options, work);

/**
 * Denoises the images of a folder into another one (made where it is missing), under their names: in natural order, as
 * frames of one camera. Throws as `denoiseImage`; images done before stay.
 */
export const denoiseFolder = async (
  source: string,
  target: string,
  options: ImageOptions,
  work: DenoiseWork,
): Promise<number> => {
  const names = (await readdir(source)).filter((name) => imageFile.test(name)).sort(compare);
  if (names.length === 0) throw new DataError('empty', `${source}: expected images (jpg, png, bmp, webp, tif)`);
  await mkdir(target, { recursive: true }).catch((cause: unknown) => {
    throw new DataError('unwritable', `${target}: no folder can be made there`, { cause });
  });
  const pairs = names.map((name) => [path.join(source, name), path.join(target, name)] as const);
  return denoiseAll(pairs, options, work);
};

const denoiseAll = async (
  pairs: readonly (readonly [source: string, target: string])[],
  { force, size, unrelated = false }: ImageOptions,
  { ffmpeg, open, choice, signal, onDone }: DenoiseWork,
): Promise<number> => {
  let denoiser: AnySizeDenoiser | undefined;
  let shape = '';
  try {
    for (const [at, [source, target]] of pairs.entries()) {
      signal.throwIfAborted();
      await writeTarget(target, { force }, async (file) => {
        const { first } = await describeMedia(source, ffmpeg, size);
        const { data, ...found } = first;
        if (unrelated || JSON.stringify(found) !== shape) {
          await denoiser?.release();
          denoiser = undefined;
        }
        denoiser ??= await openPadded(open, { ...choice, shape: found });
        shape = JSON.stringify(found);
        await encodeImage({ ...found, data: await denoiser.denoise(data) }, file, ffmpeg);
      });
      onDone(at + 1, (at + 1) / pairs.length);
    }
    return pairs.length;
  } catch (error) {
    // Ctrl-C reaches ffmpeg as well: that it ended is no reason of its own.
    signal.throwIfAborted();
    throw error;
  } finally {
    await denoiser?.release();
  }
};

const encodeImage = async (picture: Picture, target: string, ffmpeg: FfmpegProgram) => {
  const options = { reject: false, input: pamOf(picture), stdout: 'ignore' } as const;
  const { exitCode, stderr } = await execa(...commandLine(ffmpeg, encodeImageCommand(target)), options);
  if (exitCode !== 0)
    throw new DataError('unwritable', `${path.basename(target)} cannot be written: ${lastLine(stderr ?? '')}`);
};
