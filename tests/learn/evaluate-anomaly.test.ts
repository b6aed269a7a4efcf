import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { clipsIn, evaluateAnomaly } from '../../src/learn/evaluate-anomaly.ts';
import type { ModelCard } from '../../src/model/model-card.ts';
import { makeMedia } from '../support/make-media.ts';
import { anyModel, brightnessEngine } from './brightness-engine.ts';

let ffmpeg: Ffmpeg;
let folder: string;
const inFolder = (name: string) => path.join(folder, name);
/** 40 dark gray frames; `bright` are the numbers, counted from 0, of the white ones. */
const clip = async (name: string, bright: string) =>
  makeMedia(ffmpeg, inFolder(name), `color=c=0x202020:s=16x16:r=10:d=4,drawbox=c=white:t=fill:enable='${bright}'`);

const mask = (white: string, seconds: number): string =>
  `color=c=black:s=16x16:r=10:d=${seconds},drawbox=c=white:t=fill:enable='${white}'`;

beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-evaluate-'));
  await clip('test/1/%02d.png', 'between(n,20,29)');
  await clip('test/2.mp4', '0');
  await clip('test/10/%02d.png', 'between(n,0,4)');
  await Promise.all([
    mkdir(inFolder('empty')),
    writeFile(inFolder('right.json'), '{"clips": {"1": [21, 30], "2": [], "10": [1, 5]}}'),
    writeFile(inFolder('late.json'), '{"clips": {"1": [31, 40], "2": [], "10": [1, 5]}}'),
    writeFile(inFolder('partial.json'), '{"clips": {"1": [21, 30], "2": [41, 50]}}'),
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

const calibration = {
  rows: 2,
  cols: 3,
  cellMean: Array<number>(6).fill(0.1),
  cellStd: Array<number>(6).fill(0.1),
  threshold: 3,
  falseAlarmsPerDay: 1,
  framesPerSecond: 10,
  smoothingSeconds: 0,
  frames: 40,
  errorQuantiles: { p50: 0, p90: 1, p99: 2, max: 2 },
};
const footage = { id: 'evaluation', width: 8, height: 8, format: 'gray', fps: 10, mask: [] } as const;
const evaluate = async (labels: string, card: Partial<ModelCard> = { calibration }, test = 'test', masks?: string) => {
  const model = {
    model: anyModel,
    card: { task: 'anomaly', ...card } as ModelCard,
  };
  const data = { test: inFolder(test), labels: inFolder(labels), ...(masks && { masks: inFolder(masks) }) };
  return evaluateAnomaly(model, data, footage, { engine: brightnessEngine().engine, ffmpeg });
};

test('scores images and videos, and finds the frames that the labels name', async () => {
  const { msPerFrame, ...quality } = await evaluate('right.json');
  expect(quality).toEqual({
    aucRaw: 1,
    aucNormalised: 1,
    falsePositiveRate: 0,
    truePositiveRate: 1,
    falseAlarmsPerHour: 0,
    clips: 3,
    frames: 120,
  });
  expect(msPerFrame).toBeGreaterThan(0);
});

test('counts what it missed and what it found in vain', async () => {
  const { aucRaw, falsePositiveRate, truePositiveRate } = await evaluate('late.json');
  // Of 15 labelled frames the 5 of clip 10 are bright; of the 105 others 10 are.
  expect(truePositiveRate).toBeCloseTo(5 / 15, 12);
  expect(falsePositiveRate).toBeCloseTo(10 / 105, 12);
  expect(aucRaw).toBeLessThan(0.9);
});

test.each([
  [
    'a file of labels for other clips',
    'partial.json',
    undefined,
    'test',
    'mismatch',
    /clip 10 has frames but no labels; clip 2 has 40 frames, but frames 41 to 50/,
  ],
  ['a file of labels that is not there', 'none.json', undefined, 'test', 'unreadable', /none\.json/],
  ['a model without a threshold', 'right.json', {}, 'test', 'mismatch', /without a threshold/],
  ['an empty folder', 'right.json', undefined, 'empty', 'empty', /empty: expected folders of images or videos/],
] as const)('%s is refused', async (_name, labels, card, folder, code, message) => {
  await expect(evaluate(labels, card, folder)).rejects.toMatchObject({
    name: 'DataError',
    code,
    message: expect.stringMatching(message),
  });
});

test('masks say which pixels are anomalous: a map of bright frames finds white masks', async () => {
  await Promise.all([
    makeMedia(ffmpeg, inFolder('masks/1/%02d.png'), mask('between(n,20,29)', 4)),
    makeMedia(ffmpeg, inFolder('masks/2/%02d.png'), mask('0', 4)),
    makeMedia(ffmpeg, inFolder('masks/10/%02d.png'), mask('between(n,0,4)', 4)),
  ]);
  expect((await evaluate('right.json', { calibration }, 'test', 'masks')).pixelAuc).toBe(1);
});

test('a clip with fewer masks than frames is refused', async () => {
  await makeMedia(ffmpeg, inFolder('few/1/%02d.png'), mask('between(n,20,29)', 2));
  await expect(evaluate('right.json', { calibration }, 'test', 'few')).rejects.toMatchObject({
    code: 'mismatch',
    message: 'Clip 1: expected a mask for each frame, found fewer than 21',
  });
});

test('a clip with more masks than frames is refused', async () => {
  await makeMedia(ffmpeg, inFolder('many/1/%02d.png'), mask('between(n,20,29)', 5));
  await expect(evaluate('right.json', { calibration }, 'test', 'many')).rejects.toMatchObject({
    code: 'mismatch',
    message: 'Clip 1: expected a mask for each of its 40 frames, found more',
  });
});

test('clips come in natural order, by their name without its ending', async () => {
  expect([...(await clipsIn(inFolder('test')))]).toEqual([
    ['1', inFolder('test/1')],
    ['2', inFolder('test/2.mp4')],
    ['10', inFolder('test/10')],
  ]);
});

test('a folder of images is one clip', async () => {
  expect([...(await clipsIn(inFolder('test/10')))]).toEqual([['10', inFolder('test/10')]]);
});

test('a folder that is not there is unreadable', async () => {
  await expect(clipsIn(inFolder('nowhere'))).rejects.toMatchObject({ code: 'unreadable' });
});
