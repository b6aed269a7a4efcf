import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { collectFootage } from '../../src/learn/collect-footage.ts';
import { makeMedia } from '../support/make-media.ts';

let ffmpeg: Ffmpeg;
let folder: string;
const inFolder = (...names: string[]) => names.map((name) => path.join(folder, name));
beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-collect-'));
  const [video = '', images = ''] = inFolder('day.mp4', 'night/%02d.png');
  await makeMedia(ffmpeg, video, 'color=c=white:s=32x24:r=10:d=3');
  await makeMedia(ffmpeg, images, 'color=c=black:s=32x24:r=10:d=3');
});
afterAll(() => rm(folder, { recursive: true }));

const options = { id: 'yard', width: 16, height: 12, format: 'rgb24', fps: 10, mask: [] } as const;

test('a video and a folder of images become one set, in the order they were named', async () => {
  const set = await collectFootage(inFolder('night', 'day.mp4'), options, ffmpeg);
  expect(set).toMatchObject({ count: 60, framesPerSecond: 10, width: 16, height: 12, format: 'rgb24' });
  const isBright = Array.from({ length: 60 }, (_, index) => (set.at(index)[0] ?? 0) > 127);
  expect(isBright).toEqual(Array.from({ length: 60 }, (_, index) => index >= 30));
  expect(set.at(0)).toHaveLength(16 * 12 * 3);
});

test('footage that is too short together is refused with all its names', async () => {
  await expect(collectFootage(inFolder('day.mp4'), options, ffmpeg)).rejects.toMatchObject({
    code: 'too-few',
    message: expect.stringMatching(/day\.mp4: expected at least 40 frames .*, found 30/),
  });
  await expect(
    collectFootage(inFolder('day.mp4', 'night'), { ...options, fps: 10, maxFrames: 5 }, ffmpeg),
  ).rejects.toMatchObject({
    code: 'too-few',
    message: expect.stringContaining(inFolder('day.mp4', 'night').join(', ')),
  });
});

test('a source that is not there is the one that is named', async () => {
  await expect(collectFootage(inFolder('day.mp4', 'gone.mp4'), options, ffmpeg)).rejects.toMatchObject({
    name: 'DataError',
    code: 'unreadable',
    message: expect.stringMatching(/^\S*gone\.mp4 cannot be read/),
  });
});

test('an abort ends it, whatever was read so far', async () => {
  const reading = collectFootage(inFolder('night', 'day.mp4'), options, ffmpeg, AbortSignal.abort());
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
