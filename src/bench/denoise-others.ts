import path from 'node:path';

import { listImages } from '../camera/image-folder.ts';
import { gaussianNoise } from '../learn/add-noise.ts';
import { readImages } from '../learn/read-images.ts';
import { psnrOf, squaredError } from '../learn/psnr.ts';
import { readColourClip } from './denoise-clips.ts';
import { measureFilter, settingsFor } from './denoise-filter-run.ts';
import { comparedOnCompressed } from './denoise-filters.ts';
import { noiseKinds, noisyPictures } from './denoise-noise.ts';
import { denoiseAll } from './denoise-part.ts';
import type { Part } from './denoise-part.ts';
import { meanOf, psnrOfAll } from './denoise-quality.ts';
import { spoil, spoilAndCompress } from './denoise-spoil.ts';
import { rounded } from './statistics.ts';

/** Noise of 20 gray levels after H.264 at 1 Mbit/s: PSNR gained over the decoded video as it is. */
export const compressed: Part = async ({ clips, ffmpeg, filters, models, open, seed }) => {
  const rows: Record<string, unknown>[] = [];
  for (const clip of clips) {
    const spoiled = await spoilAndCompress(clip, seed, ffmpeg);
    const { clean, noisy } = spoiled;
    const psnrNoisy = psnrOfAll(clean, noisy);
    const row: Record<string, unknown> = { clip: clip.name, psnrNoisy: rounded(psnrNoisy) };
    for (const filter of filters.filter(({ name }) => comparedOnCompressed.includes(name))) {
      const settings = settingsFor(filter, spoiled) ?? filter.start(20);
      const { before, after } = await measureFilter(ffmpeg, spoiled, filter, settings);
      row[`${filter.name}GainDb`] = rounded(after.psnr - before.psnr);
    }
    for (const model of models) {
      const frames = await denoiseAll(open, model, { shape: clip, frames: noisy });
      row[`${model}GainDb`] = rounded(psnrOfAll(clean, frames) - psnrNoisy);
    }
    rows.push(row);
    console.error(`h264: ${JSON.stringify(row)}`);
  }
  return { h264: rows };
};

const stillSigmas = [15, 25, 50];

/** Set12: mean PSNR, noise clipped and rounded to bytes (references leave it as it is, which is easier at 50). */
export const stills: Part = async ({ data, ffmpeg, models, open, seed }) => {
  const { images } = await listImages(path.join(data, 'images/set12'));
  const pictures = await readImages([...images.values()], { ffmpeg, least: 8 });
  const found: Record<string, unknown> = {};
  for (const model of models) {
    for (const sigma of stillSigmas) {
      const noise = gaussianNoise(sigma);
      const [blind, known]: [number[], number[]] = [[], []];
      for (const [at, { width, height, data: clean }] of pictures.entries()) {
        const frames = noisyPictures([clean], noise, seed + at);
        const shape = { width, height, format: 'gray' } as const;
        const [guessed] = await denoiseAll(open, model, { shape, frames });
        const [told] = await denoiseAll(open, model, { shape, frames, noise });
        blind.push(psnrOf(squaredError(clean, guessed!)));
        known.push(psnrOf(squaredError(clean, told!)));
      }
      found[`${model}${sigma}`] = { psnr: rounded(meanOf(known)), psnrBlind: rounded(meanOf(blind)) };
      console.error(`Set12 ${model} ${sigma}: ${JSON.stringify(found[`${model}${sigma}`])}`);
    }
  }
  return { set12: found };
};

/** A clip in colour with noise of 20 gray levels in each of red, green and blue. */
export const colour: Part = async ({ data, ffmpeg, frames, models, open, seed }) => {
  const clip = await readColourClip(data, frames, ffmpeg);
  const { clean, noisy } = spoil(clip, noiseKinds[1]!, seed);
  const psnrNoisy = psnrOfAll(clean, noisy);
  const found: Record<string, unknown> = { psnrNoisy: rounded(psnrNoisy) };
  for (const model of models) {
    const psnr = psnrOfAll(clean, await denoiseAll(open, model, { shape: clip, frames: noisy }));
    found[model] = { psnr: rounded(psnr), gainDb: rounded(psnr - psnrNoisy) };
  }
  return { colour: found };
};
