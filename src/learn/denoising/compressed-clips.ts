import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import type { Ffmpeg } from '../../camera/find-ffmpeg.ts';
import { crop } from '../../core/crop.ts';
import { DataError } from '../../core/errors.ts';
import { normalSource } from '../../model/normal-random.ts';
import { randomInteger, randomItem, randomSource } from '../../model/random.ts';
import { addNoise, gaussianNoise } from '../add-noise.ts';
import { collectFootage } from '../collect-footage.ts';
import { cleanCrop } from './clean-crops.ts';
import type { CropShape } from './clean-crops.ts';
import type { CleanFootage } from './clean-footage.ts';
import { warmFrom } from './noise-sample.ts';
import type { NoiseSample } from './noise-sample.ts';

/** A clean clip and what became of it with noise and through H.264, gray levels, [frames, size, size] both. */
export interface CompressedClip {
  readonly clean: Uint8Array;
  readonly noisy: Uint8Array;
  readonly size: number;
  readonly frames: number;
  /** Standard deviation of what is left of the noise, in units of 0..1. */
  readonly sigma: number;
}

/** Side of the square and frames of a clip: more than a group of pictures. */
const clipShape: CropShape = { size: 192, frames: 48 };
/** Less noise than this is not worth averaging: what an encoder leaves stays the same from frame to frame. */
const leastCompressedSigma = 6 / 255;

/**
 * Clips with normal noise of sigma 8 to 40 that went through libx264 at a quality at which it keeps some of the noise.
 * What is left is not independent from frame to frame, nor from pixel to pixel.
 */
export const compressedClips = async (
  footage: CleanFootage,
  { count, seed, signal }: { readonly count: number; readonly seed: number; readonly signal?: AbortSignal | undefined },
  ffmpeg: Ffmpeg,
): Promise<CompressedClip[]> => {
  const random = randomSource(seed);
  const normal = normalSource(random);
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-clips-'));
  try {
    const clips: CompressedClip[] = [];
    while (clips.length < count) {
      signal?.throwIfAborted();
      const clean = Uint8Array.from(cleanCrop(footage, clipShape, 0.7, random), Math.round);
      const sigma = 8 + 32 * random();
      const quality = Math.round(22 + 10 * random());
      const noisy = await throughEncoder(addNoise(clean, gaussianNoise(sigma), normal), quality, folder, ffmpeg);
      clips.push({ clean, noisy, ...clipShape, sigma: remainingSigma(noisy) });
    }
    return clips;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const throughEncoder = async (
  frames: Uint8Array,
  quality: number,
  folder: string,
  ffmpeg: Ffmpeg,
): Promise<Uint8Array> => {
  const { size } = clipShape;
  const [raw, file] = [path.join(folder, 'clip.raw'), path.join(folder, 'clip.mp4')];
  await writeFile(raw, frames);
  const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${size}x${size}`, '-r', '15', '-i', raw];
  const encoder = [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-g', '30'],
    ...['-crf', String(quality), '-pix_fmt', 'yuv420p'],
  ];
  const { exitCode, stderr } = await execa(ffmpeg.path, ['-y', '-v', 'error', ...input, ...encoder, file], {
    reject: false,
  });
  if (exitCode !== 0) throw new DataError('unreadable', `ffmpeg cannot encode H.264: ${stderr}`);
  const shape = { id: 'clip', width: size, height: size, format: 'gray', fps: 60, mask: [] } as const;
  const set = await collectFootage([file], shape, ffmpeg);
  const decoded = new Uint8Array(frames.length);
  for (let at = 0; at < Math.min(set.count, clipShape.frames); at++) decoded.set(set.at(at), at * size * size);
  return decoded;
};

/**
 * What a denoiser that averages for long sees of the noise: the spread of each pixel over the clip, of which the median
 * over the pixels is that of what does not move.
 */
const remainingSigma = (noisy: Uint8Array): number => {
  const { size, frames } = clipShape;
  const pixels = size * size;
  const variances = new Float32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    let squares = 0;
    for (let at = pixel; at < noisy.length; at += pixels) {
      sum += noisy[at]!;
      squares += noisy[at]! ** 2;
    }
    variances[pixel] = squares / frames - (sum / frames) ** 2;
  }
  return Math.sqrt(variances.sort()[pixels >> 1]!) / 255;
};

/** A square of one of the clips; a warm one begins with the average of frames before it. */
export const compressedCrop = (
  clips: readonly CompressedClip[],
  { frames, size }: CropShape,
  isWarm: boolean,
  random: () => number,
): NoiseSample => {
  const clip = randomItem(random, clips);
  const before = isWarm ? randomInteger(random, 1, 31) : 0;
  const start = randomInteger(random, before, clip.frames - frames + 1);
  const room = clip.size - size + 1;
  const [x, y] = [randomInteger(random, 0, room), randomInteger(random, 0, room)];
  const cut = (from: Uint8Array, first: number, count: number): Uint8Array[] => {
    const rows = (frame: number) => ({ left: x, top: (first + frame) * clip.size + y, width: size, height: size });
    return Array.from({ length: count }, (_, frame) => crop(from, clip.size, rows(frame)));
  };
  // The live estimate is not exact either.
  const sigma = Math.max(leastCompressedSigma, clip.sigma) * Math.exp(0.3 * (random() - 0.5));
  const sample = {
    clean: Buffer.concat(cut(clip.clean, start, frames)),
    noisy: Buffer.concat(cut(clip.noisy, start, frames)),
    noise: { a: 0, b2: sigma ** 2 },
  };
  return isWarm ? { ...sample, warm: warmFrom(cut(clip.noisy, start - before, before)) } : sample;
};
