import { mkdtemp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { readFootage } from '../../src/camera/read-footage.ts';
import type { FootageOptions } from '../../src/camera/read-footage.ts';

let ffmpeg: Ffmpeg;
let folder: string;
const options: FootageOptions = { id: 'yard', fps: 5, width: 8, height: 6, format: 'gray', mask: [] };

/** Makes media with ffmpeg, in the test's folder. */
const make = (name: string, source: string, ...args: string[]) =>
  execa(ffmpeg.path, ['-loglevel', 'error', '-f', 'lavfi', '-i', source, ...args, path.join(folder, name)]);

/** A picture of one gray value. */
const picture = (name: string, gray: number) =>
  make(name, `color=c=0x${gray.toString(16).padStart(2, '0').repeat(3)}:s=16x12`, '-frames:v', '1');

beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-footage-'));
  await Promise.all(['order', 'mixed', 'broken', 'none'].map((name) => mkdir(path.join(folder, name))));
  await make('clip.mp4', 'testsrc2=s=64x48:r=15:d=4', '-pix_fmt', 'yuv420p');
  await Promise.all([
    ...[1, 2, 10].map((number) => picture(`order/${number}.png`, number * 20)),
    ...['mixed/1.png', 'mixed/2.jpg', "mixed/3's.jpeg", 'mixed/4.png'].map((name, index) =>
      picture(name, 50 + index * 50),
    ),
    ...[1, 2, 3, 4, 5, 6].map((number) => picture(`broken/${number}.jpg`, 100)),
    writeFile(path.join(folder, 'none/notes.txt'), 'no picture'),
    writeFile(path.join(folder, 'noise.mp4'), 'no video either'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (name: string, more: Partial<FootageOptions> = {}) => {
  const frames: { sequence: number; capturedAt: number; data: number[] }[] = [];
  for await (const frame of readFootage(path.join(folder, name), { ...options, ...more }, ffmpeg)) {
    frames.push({ sequence: frame.sequence, capturedAt: frame.capturedAt, data: [...frame.data] });
    frame.release();
  }
  return frames;
};

test('a video is read once, thinned to the rate asked for, with the times of its own clock', async () => {
  const frames = await read('clip.mp4');
  expect(frames).toHaveLength(21); // 4 s at 5 a second, and the frame at 3.93 s, which is nearer to 4.0 s
  expect(frames.map(({ sequence }) => sequence)).toEqual(frames.map((_, index) => index));
  expect((frames[20]?.capturedAt ?? 0) - (frames[0]?.capturedAt ?? 0)).toBeCloseTo(4000, 3);
});

test('a gap in a video stays a gap: no frame is made up to fill it', async () => {
  const gap = "setpts='if(gte(N,15),PTS+5/TB,PTS)'"; // 1 s of video, 5 s of nothing, 1 s of video
  await make('gap.mkv', 'testsrc2=s=64x48:r=15:d=2', '-vf', gap, '-pix_fmt', 'yuv420p');
  expect(await read('gap.mkv')).toHaveLength(12); // those nearest to 0, 0.2, ... 1.0 s and 6.0, 6.2, ... 7.0 s
});

test('reads no more than the frames asked for', async () => {
  expect(await read('clip.mp4', { maxFrames: 4 })).toHaveLength(4);
  expect(await read('order', { maxFrames: 2 })).toHaveLength(2);
});

test('a consumer that stops early ends ffmpeg', async () => {
  const frames = readFootage(path.join(folder, 'clip.mp4'), options, ffmpeg);
  await frames.next();
  await expect(frames.return(undefined)).resolves.toEqual({ done: true, value: undefined });
});

test('a consumer that has enough of the pictures of a folder ends ffmpeg, too', async () => {
  await mkdir(path.join(folder, 'many'));
  // More than a pipe holds: ffmpeg would wait for ever to write the rest.
  await make('many/%03d.png', 'testsrc2=s=16x12:r=10:d=5');
  const frames = readFootage(path.join(folder, 'many'), { ...options, width: 128, height: 128 }, ffmpeg);
  await frames.next();
  await frames.return(undefined);
  const { stdout } = await execa('ps', ['-o', 'args', '--ppid', String(process.pid)]);
  expect(stdout.split('\n').filter((line) => line.includes('128:128'))).toEqual([]);
});

test('pictures come in the natural order of their names', async () => {
  const values = (await read('order')).map(({ data }) => data[0] ?? 0);
  expect(values).toHaveLength(3);
  [20, 40, 200].forEach((gray, index) => expect(Math.abs((values[index] ?? 0) - gray)).toBeLessThanOrEqual(4));
});

test('pictures of several formats may lie in one folder', async () => {
  const values = (await read('mixed')).map(({ data }) => data[0] ?? 0);
  expect(values).toHaveLength(4);
  expect(values.toSorted((a, b) => a - b)).toEqual(values);
});

test('the mask is applied', async () => {
  const mask: FootageOptions['mask'] = [
    [
      [0, 0],
      [1, 0],
      [1, 0.5],
      [0, 0.5],
    ],
  ];
  const [frame] = await read('order', { mask });
  expect(frame?.data.map((value) => value > 0)).toEqual(Array.from({ length: 48 }, (_, index) => index >= 24));
});

test('an unreadable picture is named', async () => {
  await truncate(path.join(folder, 'broken/5.jpg'), 10);
  expect(await readFile(path.join(folder, 'broken/5.jpg'))).toHaveLength(10);
  await expect(read('broken')).rejects.toMatchObject({
    code: 'unreadable',
    message: expect.stringContaining(path.join(folder, 'broken/5.jpg')),
  });
});

test.each([
  ['none', 'empty'],
  ['noise.mp4', 'unreadable'],
  ['nowhere.mp4', 'unreadable'],
])('%s is refused as %s, by its name', async (name, code) => {
  await expect(read(name)).rejects.toMatchObject({ name: 'DataError', code, message: expect.stringContaining(name) });
});
