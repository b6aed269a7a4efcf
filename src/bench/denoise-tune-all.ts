import { writeFile } from 'node:fs/promises';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { crop } from '../core/crop.ts';
import type { FrameShape } from '../core/frame.ts';
import type { Clip } from './denoise-clips.ts';
import { runFilter } from './denoise-filter-run.ts';
import { comparedOnCompressed, filters, shownFrames } from './denoise-filters.ts';
import type { Filter, Settings } from './denoise-filters.ts';
import { noiseKinds } from './denoise-noise.ts';
import { psnrOfAll } from './denoise-quality.ts';
import { spoil, spoilAndCompress } from './denoise-spoil.ts';
import type { SpoiledClip } from './denoise-spoil.ts';
import { tune } from './denoise-tune.ts';

/** Side of what is tuned on where a filter is very slow. */
const middle = 240;

/**
 * Finds the best settings of each filter named for each clip and each kind of noise, on the very pictures that are
 * measured later (which favours the filters), and writes them to a file after each filter and clip.
 */
export const tuneAll = async (
  clips: readonly Clip[],
  names: readonly string[],
  { ffmpeg, seed, file }: { readonly ffmpeg: Ffmpeg; readonly seed: number; readonly file: string },
): Promise<void> => {
  const table: Record<string, Record<string, Record<string, Settings>>> = {};
  for (const filter of filters.filter(({ name }) => names.includes(name))) {
    for (const clip of clips) {
      const spoiled = noiseKinds.map((kind) => spoil(clip, kind, seed));
      if (comparedOnCompressed.includes(filter.name)) spoiled.push(await spoilAndCompress(clip, seed, ffmpeg));
      for (const one of spoiled) {
        const sigma = 255 * Math.sqrt((one.noise.a * meanLevel(one)) / 255 + one.noise.b2);
        const { settings, psnr } = await tune(filter, scorer(ffmpeg, filter, one), filter.start(sigma));
        console.error(`${filter.name} ${clip.name} ${one.noise.name}: ${psnr.toFixed(2)} dB ${filter.graph(settings)}`);
        ((table[filter.name] ??= {})[clip.name] ??= {})[one.noise.name] = settings;
      }
      await writeFile(file, JSON.stringify(table, undefined, 2));
    }
  }
};

const meanLevel = ({ clean: [first = new Uint8Array(1)] }: SpoiledClip): number =>
  first.reduce((sum, level) => sum + level, 0) / first.length;

const scorer = (ffmpeg: Ffmpeg, filter: Filter, clip: SpoiledClip) => {
  const places = shownFrames(filter, clip.noisy.length, filter.frames.tune);
  const size = filter.frames.tuneOnMiddle ? middle : Infinity;
  const shape = { ...clip, width: Math.min(size, clip.width), height: Math.min(size, clip.height) };
  const [clean, noisy] = [clip.clean, clip.noisy].map((all) =>
    places.map((place) => cropped(all[place]!, clip, shape)),
  );
  return async (settings: Settings): Promise<number> => {
    const { frames } = await runFilter(ffmpeg, noisy!, shape, filter, settings);
    return psnrOfAll(clean!, frames);
  };
};

/** The middle of a gray picture. */
const cropped = (picture: Uint8Array, { width, height }: FrameShape, to: FrameShape): Uint8Array => {
  if (width === to.width && height === to.height) return picture;
  const [left, top] = [(width - to.width) >> 1, (height - to.height) >> 1];
  return crop(picture, width, { left, top, width: to.width, height: to.height });
};
