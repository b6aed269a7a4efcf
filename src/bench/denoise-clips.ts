import path from 'node:path';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { readFootage } from '../camera/read-footage.ts';
import { ConfigError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';

/** Clean footage in memory. */
export interface Clip extends FrameShape {
  readonly name: string;
  readonly fps: number;
  readonly frames: readonly Uint8Array[];
}

interface ClipFile extends Omit<Clip, 'frames'> {
  readonly file: string;
  readonly from: number;
}

/** Fixed cameras that nothing was ever trained on. */
const evaluationClips: readonly ClipFile[] = [
  { name: 'pets', file: 'clips/pets2009_vtest.mp4', width: 480, height: 360, format: 'gray', fps: 10, from: 0 },
  { name: 'ped2', file: 'ucsd_ped2/test/01', width: 360, height: 240, format: 'gray', fps: 10, from: 0 },
  { name: 'avenue', file: 'clips/avenue_normal', width: 640, height: 360, format: 'gray', fps: 25, from: 300 },
];
export const clipNames = evaluationClips.map(({ name }) => name);

/** In colour. */
const colourClip: ClipFile = {
  name: 'corridor',
  file: 'clips/one-by-one-person-detection.mp4',
  width: 640,
  height: 360,
  format: 'rgb24',
  fps: 12,
  from: 0,
};

const readClip = async (
  data: string,
  { file, from, ...clip }: ClipFile,
  count: number,
  ffmpeg: Ffmpeg,
): Promise<Clip> => {
  const frames: Uint8Array[] = [];
  const options = { ...clip, id: clip.name, mask: [], maxFrames: from + count };
  for await (const frame of readFootage(path.join(data, file), options, ffmpeg)) {
    if (frame.sequence >= from) frames.push(frame.data.slice());
    frame.release();
  }
  return { ...clip, frames };
};

/** The evaluation clips named, with their first `count` frames. Throws ConfigError for a name that is none. */
export const readClips = async (
  data: string,
  names: readonly string[],
  count: number,
  ffmpeg: Ffmpeg,
): Promise<readonly Clip[]> => {
  const clips: Clip[] = [];
  for (const name of names) {
    const clip = evaluationClips.find((candidate) => candidate.name === name);
    if (!clip) throw new ConfigError('invalid', `Expected --clips of ${clipNames.join(', ')}, got "${name}"`);
    clips.push(await readClip(data, clip, count, ffmpeg));
  }
  return clips;
};

export const readColourClip = async (data: string, count: number, ffmpeg: Ffmpeg): Promise<Clip> =>
  readClip(data, colourClip, count, ffmpeg);
