import { execa } from 'execa';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { Clip } from './denoise-clips.ts';
import { exposed, noiseKinds, noisyPictures } from './denoise-noise.ts';
import type { NoiseKind } from './denoise-noise.ts';

/** A clip as a noisy camera would show it, beside the truth. */
export interface SpoiledClip extends Clip {
  readonly noise: NoiseKind;
  /** Of the frames as shown: darker where the noise kind is. */
  readonly clean: readonly Uint8Array[];
  readonly noisy: readonly Uint8Array[];
}

export const spoil = (clip: Clip, noise: NoiseKind, seed: number): SpoiledClip => {
  const clean = clip.frames.map((frame) => exposed(frame, noise));
  return { ...clip, noise, clean, noisy: noisyPictures(clean, noise, seed) };
};

/** Gaussian noise of 20 gray levels, under the compression of a camera at 1 Mbit/s. */
const compressedNoise: NoiseKind = { ...noiseKinds[1]!, name: 'h264' };
const bitsPerSecond = 1_000_000;

/** As `spoil`, then coded as cameras do (no B-frames, a key frame every 2 s) and decoded again. */
export const spoilAndCompress = async (clip: Clip, seed: number, { path: ffmpeg }: Ffmpeg): Promise<SpoiledClip> => {
  const spoiled = spoil(clip, compressedNoise, seed);
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${clip.width}x${clip.height}`, '-r', String(clip.fps)];
  const rate = ['-b:v', String(bitsPerSecond), '-maxrate', String(bitsPerSecond), '-bufsize', String(bitsPerSecond)];
  const coded = await execa(
    ffmpeg,
    [
      ...['-v', 'error', ...raw, '-i', 'pipe:0', '-pix_fmt', 'yuvj420p', '-c:v', 'libx264', '-preset', 'veryfast'],
      ...['-tune', 'zerolatency', '-threads', '1', '-g', String(2 * clip.fps), ...rate, '-f', 'h264', 'pipe:1'],
    ],
    { input: Buffer.concat(spoiled.noisy), encoding: 'buffer', stripFinalNewline: false },
  );
  const decoded = await execa(
    ffmpeg,
    ['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'], // prettier-ignore
    { input: coded.stdout, encoding: 'buffer', stripFinalNewline: false, maxBuffer: 2 ** 31 },
  );
  const bytes = bytesPerFrame(clip);
  const noisy = spoiled.noisy.map((_, at) => decoded.stdout.subarray(at * bytes, (at + 1) * bytes));
  return { ...spoiled, noisy };
};
