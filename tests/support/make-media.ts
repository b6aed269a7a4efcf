import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';

import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';

/** Writes a video, or images such as folder/%02d.png, from an ffmpeg filter graph such as 'testsrc2=s=64x48:r=15:d=4'. */
export const makeMedia = async (ffmpeg: Ffmpeg, file: string, graph: string): Promise<void> => {
  await mkdir(path.dirname(file), { recursive: true });
  await execa(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', graph, file]);
};
