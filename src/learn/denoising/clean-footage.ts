import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import type { Ffmpeg } from '../../camera/find-ffmpeg.ts';
import { listImages } from '../../camera/image-folder.ts';
import { imageFile } from '../../camera/read-footage.ts';
import { readStill } from '../../camera/read-still.ts';
import type { Still } from '../../camera/read-still.ts';
import { collectFootage } from '../collect-footage.ts';
import type { DataSet } from '../data-set.ts';
import { clipsIn } from '../evaluate-anomaly.ts';
import { readImages } from '../read-images.ts';

export interface CleanFootageOptions {
  /** Videos, folders of images, or folders of such clips; each path has the same weight in the training. */
  readonly videos: readonly string[];
  /** Folders of images. */
  readonly images: readonly string[];
  /** Frames of each clip at most, from its beginning. */
  readonly maxFrames: number;
  /** The least width and height. */
  readonly least: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a denoiser is trained on: gray pictures that count as clean. */
export interface CleanFootage {
  /** The clips of each path. */
  readonly videos: readonly (readonly DataSet[])[];
  readonly stills: readonly Still[];
}

/** No footage has so many frames a second: nothing is thinned. */
const everyFrame = 60;

/** Reads all into memory, each in its own size. Throws DataError naming what cannot be read or is too small. */
export const readCleanFootage = async (
  { videos, images, maxFrames, least, signal }: CleanFootageOptions,
  ffmpeg: Ffmpeg,
): Promise<CleanFootage> => {
  const clips: DataSet[][] = [];
  for (const source of videos) {
    const sets: DataSet[] = [];
    for (const clip of (await clipsIn(source)).values()) {
      const { width, height } = await readStill(await firstPicture(clip), ffmpeg);
      const shape = { id: clip, width, height, format: 'gray', fps: everyFrame, mask: [], maxFrames } as const;
      sets.push(await collectFootage([clip], shape, ffmpeg, signal));
    }
    clips.push(sets);
  }
  const stills: Still[] = [];
  for (const folder of images) {
    const files = [...(await listImages(folder)).images.values()];
    stills.push(...(await readImages(files, { ffmpeg, least, signal })));
  }
  return { videos: clips, stills };
};

const firstPicture = async (clip: string): Promise<string> => {
  if (!(await stat(clip)).isDirectory()) return clip;
  const picture = (await readdir(clip)).find((name) => imageFile.test(name));
  return picture === undefined ? clip : path.join(clip, picture);
};
