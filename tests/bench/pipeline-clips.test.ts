import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { clipFrames, pictureNumber, prepareClips } from '../../src/bench/pipeline-clips.ts';
import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { readFootage } from '../../src/camera/read-footage.ts';
import { makeMedia } from '../support/make-media.ts';

let ffmpeg: Ffmpeg;
let folder: string;
beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-clips-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('every picture of a clip tells its number, even after H.264 and scaled to 128x128', async () => {
  await makeMedia(ffmpeg, path.join(folder, 'data/clips/short.mp4'), 'testsrc2=s=160x90:r=30:d=1');
  const [clip = ''] = await prepareClips(path.join(folder, 'data'), folder, ffmpeg.path);
  expect(path.basename(clip)).toBe('short.h264.mp4');

  const numbers: number[] = [];
  const options = { id: 'bench', fps: 15, width: 128, height: 128, format: 'gray', mask: [] } as const;
  for await (const frame of readFootage(clip, options, ffmpeg)) {
    numbers.push(pictureNumber(frame));
    frame.release();
  }
  expect(numbers).toEqual(Array.from({ length: clipFrames }, (_, index) => index));
});

test('a folder without clips is refused, and says what belongs there', async () => {
  await expect(prepareClips(path.join(folder, 'nowhere'), folder, ffmpeg.path)).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining('give its parent as --data DIR'),
  });
  await mkdir(path.join(folder, 'other/clips'), { recursive: true });
  await writeFile(path.join(folder, 'other/clips/notes.txt'), 'no video');
  await expect(prepareClips(path.join(folder, 'other'), folder, ffmpeg.path)).rejects.toMatchObject({ code: 'empty' });
});
