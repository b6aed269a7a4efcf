import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { denoiseFile } from '../../src/commands/denoise.ts';
import type { DenoiseOptions } from '../../src/commands/denoise.ts';
import type { Progress } from '../../src/commands/progress.ts';
import { InterruptedError } from '../../src/core/errors.ts';
import { psnrOf, squaredError } from '../../src/learn/psnr.ts';
import { standInDenoisers } from '../media/stand-in-denoiser.ts';

let ffmpeg: Ffmpeg;
let folder: string;
const at = (name: string): string => path.join(folder, name);
const make = async (...args: string[]) => execa(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...args]);
const raw = async (name: string): Promise<Buffer> => {
  const decoded = await execa(ffmpeg.path, ['-v', 'error', '-nostdin', '-i', at(name), '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-fps_mode', 'passthrough', 'pipe:1'], { encoding: 'buffer' }); // prettier-ignore
  return Buffer.from(decoded.stdout);
};
const timesOf = async (name: string): Promise<number[]> => {
  const { stdout } = await execa(ffmpeg.path, ['-v', 'error', '-nostdin', '-i', at(name), '-map', '0:v', '-c', 'copy', '-f', 'framemd5', 'pipe:1']); // prettier-ignore
  const timeBase = /#tb 0: (\d+)\/(\d+)/.exec(stdout);
  const unit = Number(timeBase?.[1]) / Number(timeBase?.[2]);
  return [...stdout.matchAll(/^0,\s*-?\d+,\s*(-?\d+),/gm)].map(([, pts]) => Number(pts) * unit).sort((a, b) => a - b);
};
const soundOf = async (name: string): Promise<string> => {
  const args = ['-v', 'error', '-nostdin', '-i', at(name), '-map', '0:a', '-c', 'copy', '-f', 'md5', 'pipe:1'];
  return (await execa(ffmpeg.path, args)).stdout;
};

const options: DenoiseOptions = { model: 'fast', device: 'cpu', threads: 1, crf: 12 };
const denoise = async (
  source: string,
  target: string,
  change: Partial<DenoiseOptions> = {},
  { standIn = standInDenoisers(), signal = new AbortController().signal, seen = [] as Progress[] } = {},
) =>
  denoiseFile(
    { source: at(source), target: at(target), options: { ...options, ...change }, ffmpeg },
    { openDenoisers: standIn.openDenoisers, signal, onProgress: (progress) => seen.push(progress) },
  );

const noise = 'noise=alls=20:allf=t:all_seed=1';
beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-denoise-'));
  // Soft, so that chroma at half size costs little.
  const still = 'testsrc=s=98x54:r=30000/1001:d=2,gblur=sigma=6';
  const sound = ['-f', 'lavfi', '-i', 'sine=d=2', '-c:a', 'aac', '-shortest'];
  await make('-f', 'lavfi', '-i', still, '-frames:v', '1', at('clean.png'));
  await make('-loop', '1', '-framerate', '30000/1001', '-t', '2', '-i', at('clean.png'), ...sound, '-vf', `format=yuv444p,${noise}`, '-crf', '4', at('noisy.mp4')); // prettier-ignore
});
afterAll(async () => rm(folder, { recursive: true }));

test('a video comes out with less noise, the same size, times and sound, and progress is told', async () => {
  const seen: Progress[] = [];
  const standIn = standInDenoisers();
  const { pictures } = await denoise('noisy.mp4', 'clean.mp4', {}, { standIn, seen });
  const times = await timesOf('noisy.mp4');
  expect(pictures).toBe(times.length);
  expect(times.length).toBeGreaterThan(50);
  const found = await timesOf('clean.mp4');
  expect(found).toHaveLength(times.length);
  found.forEach((time, index) => expect(time).toBeCloseTo(times[index]!, 4));
  expect(await soundOf('clean.mp4')).toBe(await soundOf('noisy.mp4'));

  const [truth, before, after] = await Promise.all([raw('clean.png'), raw('noisy.mp4'), raw('clean.mp4')]);
  const last = (video: Buffer) => video.subarray(video.length - truth.length);
  const gain = psnrOf(squaredError(truth, last(after))) - psnrOf(squaredError(truth, last(before)));
  expect(gain).toBeGreaterThan(3);
  // The model saw sides divisible by 8.
  expect(standIn.choices.map(({ shape }) => shape)).toEqual([{ width: 104, height: 56, format: 'rgb24' }]);
  expect(standIn.state).toEqual({ open: 0, isClosed: true });
  expect(seen.length).toBe(pictures);
  expect(seen.at(-1)).toMatchObject({ stage: 'denoising', framesPerSecond: expect.any(Number) });
  expect(seen.at(-1)!.fraction).toBeGreaterThan(0.9);
});

test('an uneven rate and a gap keep their times, a late start too', async () => {
  const uneven = "setpts='if(gte(N,20),PTS+3/TB,PTS)+mod(N,3)*0.01/TB+0.5/TB'";
  await make('-copyts', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=20:d=2', '-f', 'lavfi', '-i', 'sine=d=5', '-vf', uneven, '-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-c:a', 'aac', at('uneven.mkv')); // prettier-ignore
  await denoise('uneven.mkv', 'uneven-clean.mkv');
  const [times, found] = [await timesOf('uneven.mkv'), await timesOf('uneven-clean.mkv')];
  expect(times).toHaveLength(40);
  expect(times[20]! - times[19]!).toBeGreaterThan(3);
  expect(found).toHaveLength(40);
  found.forEach((time, index) => expect(time).toBeCloseTo(times[index]!, 2));
});

test('odd sides stay odd, and another size is what was asked for', async () => {
  await make('-f', 'lavfi', '-i', 'testsrc=s=51x37:r=10:d=0.5', '-pix_fmt', 'yuv444p', at('odd.mkv'));
  await denoise('odd.mkv', 'odd-clean.mkv');
  expect((await raw('odd-clean.mkv')).length).toBe(5 * 51 * 37 * 3);
  await denoise('odd.mkv', 'small.mkv', { size: { width: 34, height: 22 } });
  expect((await raw('small.mkv')).length).toBe(5 * 34 * 22 * 3);
});

test('an image becomes an image, gray stays gray, and strength and model are passed on', async () => {
  await make('-f', 'lavfi', '-i', 'testsrc=s=30x20,format=gray', '-frames:v', '1', at('gray.png'));
  const standIn = standInDenoisers();
  await denoise('gray.png', 'gray-clean.png', { model: 'best', strength: 0.5 }, { standIn });
  expect(standIn.choices).toEqual([{ model: 'best', strength: 0.5, shape: { width: 32, height: 24, format: 'gray' } }]);
  expect(await raw('gray-clean.png')).toEqual(await raw('gray.png'));
});

test('a folder becomes a folder of the same names, as one stream unless sizes differ', async () => {
  await mkdir(at('frames'));
  const names = ['1.png', '2.png', '10.png', 'other.png'];
  for (const name of names) await make('-i', at('clean.png'), ...(name === 'other.png' ? ['-vf', 'scale=40:40'] : []), at(`frames/${name}`)); // prettier-ignore
  const standIn = standInDenoisers();
  expect((await denoise('frames', 'cleaned', {}, { standIn })).pictures).toBe(4);
  expect((await readdir(at('cleaned'))).sort()).toEqual([...names].sort());
  expect(standIn.choices.map(({ shape }) => shape.width)).toEqual([104, 40]);
  const alone = standInDenoisers();
  await denoise('frames', 'alone', { unrelated: true }, { standIn: alone });
  expect(alone.choices).toHaveLength(4);
});

test.each([
  ['nowhere.mp4', 'x.mp4', 'DataError', /nowhere\.mp4: there is no such file/],
  ['sound.m4a', 'x.mp4', 'DataError', /expected a video or an image, found no picture/],
  ['notes.mp4', 'x.mp4', 'DataError', /notes\.mp4: cannot be decoded/],
  ['noisy.mp4', 'there.mp4', 'ConfigError', /there\.mp4 is there already.*--force/],
  ['noisy.mp4', 'no/folder/x.mp4', 'DataError', /cannot be written/],
  ['noisy.mp4', 'x.nonsense', 'DataError', /x\.nonsense cannot be written/],
  ['noisy.mp4', 'noisy.mp4', 'ConfigError', /another name/],
  ['noisy.mp4', 'x.png', 'ConfigError', /name of a video file/],
])('%s to %s is refused as %s, and leaves nothing', async (source, target, name, message) => {
  await make('-f', 'lavfi', '-i', 'sine=d=1', at('sound.m4a'));
  await writeFile(at('notes.mp4'), 'no video');
  await writeFile(at('there.mp4'), 'something');
  const standIn = standInDenoisers();
  await expect(denoise(source, target, {}, { standIn })).rejects.toMatchObject({ name, message: expect.stringMatching(message) }); // prettier-ignore
  expect(standIn.state.open).toBe(0);
  expect((await readdir(folder)).filter((file) => file.startsWith('.nightjar') || file.startsWith('x.'))).toEqual([]);
});

test('--force replaces what is there', async () => {
  await writeFile(at('old.mp4'), 'something');
  await denoise('noisy.mp4', 'old.mp4', { force: true });
  expect(await timesOf('old.mp4')).not.toHaveLength(0);
});

test('an interruption ends both ffmpegs and removes the partial file', async () => {
  const controller = new AbortController();
  const standIn = standInDenoisers(20);
  const seen: Progress[] = [];
  const watching = Object.assign(seen, {
    push: (progress: Progress) => {
      if (Array.prototype.push.call(seen, progress) === 5) controller.abort(new InterruptedError());
      return seen.length;
    },
  });
  const work = denoise('noisy.mp4', 'stopped.mp4', {}, { standIn, signal: controller.signal, seen: watching });
  await expect(work).rejects.toBeInstanceOf(InterruptedError);
  expect(seen.length).toBeLessThan(10);
  expect(standIn.state).toEqual({ open: 0, isClosed: true });
  expect((await readdir(folder)).filter((file) => file.startsWith('.nightjar') || file.startsWith('stopped'))).toEqual([]); // prettier-ignore
  // Of this folder no ffmpeg is left.
  const { stdout } = await execa('ps', ['-eo', 'args']);
  expect(stdout.split('\n').filter((line) => line.includes(folder))).toEqual([]);
});
