import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { CameraOptions } from '../core/camera.ts';
import { DataError } from '../core/errors.ts';
import { bytesPerFrame, preciseNow } from '../core/frame.ts';
import type { Frame } from '../core/frame.ts';
import { imagesCommand, videoCommand } from './ffmpeg-command.ts';
import type { FfmpegCommand } from './ffmpeg-command.ts';
import { spawnFfmpeg } from './ffmpeg-process.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { FramePool } from './frame-pool.ts';
import { maskPainter } from './mask.ts';

/** A camera's options do: shape, rate and mask are those its model will see. */
export interface FootageOptions extends Omit<CameraOptions, 'url' | 'transport'> {
  readonly maxFrames?: number;
}

/** Names of files that are pictures. */
export const imageFile = /\.(jpe?g|png|bmp|webp|tiff?)$/i;
const codecOf = (file: string): string =>
  path.extname(file).toLowerCase().replace('jpeg', 'jpg').replace('tiff', 'tif');
/** Natural order of names: 2 before 10. */
export const { compare } = new Intl.Collator('en', { numeric: true });

/** Neighbouring files of one codec: ffmpeg reads a list with one decoder. */
const runsOfOneCodec = (files: readonly string[]): string[][] => {
  const runs: string[][] = [];
  for (const file of files) {
    const last = runs.at(-1);
    if (last?.[0] && codecOf(last[0]) === codecOf(file)) last.push(file);
    else runs.push([file]);
  }
  return runs;
};

/** Raw frames of one ffmpeg run, which waits while the consumer does; returns what it said when it failed. */
async function* decode(ffmpeg: Ffmpeg, command: FfmpegCommand, pool: FramePool): AsyncGenerator<Uint8Array, string> {
  const child = spawnFfmpeg(ffmpeg, command);
  try {
    let ready: Uint8Array[] = [];
    const assembler = new FrameAssembler(pool, (data) => data && ready.push(data));
    for await (const chunk of child.stdout) {
      assembler.push(chunk);
      yield* ready;
      ready = [];
    }
    const { exitCode, error } = await child.exit;
    return exitCode === 0 ? '' : (error?.message ?? (child.stderr().trim() || 'ffmpeg failed'));
  } finally {
    child.kill('SIGKILL');
    await child.exit;
  }
}

/** The first line of what ffmpeg said, without the name of the part that said it. */
export const firstLine = (text: string): string => text.split('\n')[0]?.replace(/^\[[^\]]*\] /, '') ?? '';

/** ffmpeg stops a few pictures after its last whole frame: the first file that does not decode by itself is the culprit. */
const unreadableOf = async (ffmpeg: Ffmpeg, files: readonly string[], options: FootageOptions): Promise<string> => {
  for (const file of files) {
    const frames = decode(ffmpeg, imagesCommand([file], options, ffmpeg), new FramePool(bytesPerFrame(options), 1));
    if ((await frames.next()).done) return file;
    await frames.return('');
  }
  return files[0] ?? '';
};

async function* decodeImages(
  ffmpeg: Ffmpeg,
  folder: string,
  options: FootageOptions,
  pool: FramePool,
): AsyncGenerator<Uint8Array> {
  const names = (await readdir(folder)).filter((name) => imageFile.test(name)).sort(compare);
  if (names.length === 0) throw new DataError('empty', `No images (jpg, png, bmp, webp, tif) in ${folder}`);
  for (const files of runsOfOneCodec(names.map((name) => path.join(path.resolve(folder), name)))) {
    let count = 0;
    const frames = decode(ffmpeg, imagesCommand(files, options, ffmpeg), pool);
    try {
      for (let next = await frames.next(); ; next = await frames.next()) {
        if (!next.done) {
          count += 1;
          yield next.value;
          continue;
        }
        if (count === files.length) break;
        const culprit = await unreadableOf(ffmpeg, files.slice(count), options);
        throw new DataError('unreadable', `${culprit} cannot be decoded: ${firstLine(next.value)}`);
      }
    } finally {
      // Whoever stops early ends ffmpeg.
      await frames.return('');
    }
  }
}

async function* decodeVideo(
  ffmpeg: Ffmpeg,
  file: string,
  options: FootageOptions,
  pool: FramePool,
): AsyncGenerator<Uint8Array> {
  const problem = yield* decode(ffmpeg, videoCommand(file, options, ffmpeg), pool);
  if (problem !== '') throw new DataError('unreadable', `${file} cannot be decoded: ${firstLine(problem)}`);
}

/**
 * Reads footage once, as fast as it decodes and the consumer takes it. A video is thinned to `fps` by its own clock; a folder gives
 * one frame per image, in natural order of names (2 before 10), taken as `fps` a second. `capturedAt` is now plus the frame's number / `fps`.
 * Ends ffmpeg when the consumer stops. Throws DataError: 'unreadable' (names the file) or 'empty'.
 */
export async function* readFootage(source: string, options: FootageOptions, ffmpeg: Ffmpeg): AsyncGenerator<Frame> {
  const { id, width, height, format, fps, maxFrames = Infinity } = options;
  const info = await stat(source).catch((cause: unknown) => {
    throw new DataError('unreadable', `${source} cannot be read`, { cause });
  });
  const pool = new FramePool(bytesPerFrame(options), Infinity);
  const paintMask = maskPainter(options.mask, options);
  const startAt = preciseNow();
  let sequence = 0;

  const pictures = info.isDirectory() ? decodeImages : decodeVideo;
  for await (const data of pictures(ffmpeg, source, options, pool)) {
    if (sequence >= maxFrames) return;
    paintMask(data);
    const capturedAt = startAt + (sequence * 1000) / fps;
    let released = false;
    const release = (): void => {
      if (!released) pool.release(data);
      released = true;
    };
    yield { camera: id, sequence, capturedAt, width, height, format, data, release };
    sequence += 1;
  }
  if (sequence === 0) throw new DataError('empty', `${source} gave no frames`);
}
