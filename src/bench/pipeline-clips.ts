import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';

import { DataError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';

/** Every clip is cut or looped to this length, so that its pictures can be numbered in `bits` bits. */
const clipSeconds = 20;
const clipFps = 15;
export const clipFrames = clipSeconds * clipFps;
const bits = 9;
/** Side of a bit's square, in pixels of the 1280x720 picture. */
const bitSize = 80;

/**
 * Encodes each video of the folder as 1280x720 H.264 at 15 frames a second, with its picture's number drawn as black and
 * white squares along the top, so that a decoded frame tells which picture it was. Throws DataError without videos.
 */
export const prepareClips = async (data: string, target: string, ffmpeg: string): Promise<string[]> => {
  const folder = path.join(data, 'clips');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new DataError('unreadable', `${folder}: expected a folder with videos; give its parent as --data DIR`, {
      cause,
    });
  });
  const videos = names.filter((name) => name.endsWith('.mp4')).sort();
  if (videos.length === 0) throw new DataError('empty', `${folder}: expected .mp4 videos, found none`);
  const squares = Array.from({ length: bits }, (_, bit) => {
    const enable = `gte(mod(n\\,${2 ** (bit + 1)})\\,${2 ** bit})`;
    return `drawbox=x=${bit * bitSize}:y=0:w=${bitSize}:h=${bitSize}:c=white:t=fill:enable='${enable}'`;
  });
  const filters = [
    `fps=${clipFps}`,
    'scale=1280:720',
    `drawbox=x=0:y=0:w=${bits * bitSize}:h=${bitSize}:c=black:t=fill`,
    ...squares,
  ];
  const clips: string[] = [];
  for (const video of videos) {
    const clip = path.join(target, `${path.parse(video).name}.h264.mp4`);
    const input = ['-v', 'error', '-nostdin', '-y', '-stream_loop', '-1', '-i', path.join(folder, video), '-an'];
    const picture = ['-vf', filters.join(','), '-frames:v', String(clipFrames), '-pix_fmt', 'yuv420p'];
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '15'];
    await execa(ffmpeg, [...input, ...picture, ...codec, clip]);
    clips.push(clip);
  }
  return clips;
};

/** The number of the picture in its clip, read from the squares along the top of a gray frame. */
export const pictureNumber = ({ data, width, height }: Pick<Frame, 'data' | 'width' | 'height'>): number => {
  const row = Math.round((bitSize / 2 / 720) * height);
  let number = 0;
  for (let bit = 0; bit < bits; bit++) {
    const column = Math.round((((bit + 0.5) * bitSize) / 1280) * width);
    if ((data[row * width + column] ?? 0) > 127) number |= 1 << bit;
  }
  return number;
};
