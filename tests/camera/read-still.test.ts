import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { readStill } from '../../src/camera/read-still.ts';
import { makeMedia } from '../support/make-media.ts';

let ffmpeg: Ffmpeg;
let folder: string;
const inFolder = (name: string): string => path.join(folder, name);
/** 10 x 6 pixels, the left half 40, the right half 200. */
const halves = "color=c=black:s=10x6:d=1:r=1,format=gray,geq=lum='if(lt(X,5),40,200)'";

beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-still-'));
  await Promise.all([
    makeMedia(ffmpeg, inFolder("it's 100%.png"), halves),
    makeMedia(ffmpeg, inFolder('cut.png'), 'testsrc2=s=64x64:r=1:d=1'),
    writeFile(inFolder('text.jpg'), 'no picture'),
    writeFile(inFolder('empty.jpg'), ''),
  ]);
  const { length } = await readFile(inFolder('cut.png'));
  await truncate(inFolder('cut.png'), Math.floor(length / 2));
});
afterAll(() => rm(folder, { recursive: true }));

test('an image keeps its own size, and its gray levels', async () => {
  const { width, height, data } = await readStill(inFolder("it's 100%.png"), ffmpeg);
  expect({ width, height, length: data.length }).toEqual({ width: 10, height: 6, length: 60 });
  expect([...data.subarray(0, 10)]).toEqual([40, 40, 40, 40, 40, 200, 200, 200, 200, 200]);
});

test('an image is scaled to the size asked for', async () => {
  const { width, height, data } = await readStill(inFolder("it's 100%.png"), ffmpeg, { width: 2, height: 3 });
  expect({ width, height, data: [...data] }).toEqual({ width: 2, height: 3, data: [40, 200, 40, 200, 40, 200] });
});

test.each(['text.jpg', 'empty.jpg', 'cut.png', 'none.png'])('%s is unreadable, and named', async (name) => {
  await expect(readStill(inFolder(name), ffmpeg)).rejects.toMatchObject({
    name: 'DataError',
    code: 'unreadable',
    message: expect.stringContaining(`${name} cannot be decoded: `),
  });
});
