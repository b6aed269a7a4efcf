import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { evaluateImages } from '../../src/learn/evaluate-images.ts';
import type { ImagePlan } from '../../src/learn/evaluate-images.ts';
import { makeMedia } from '../support/make-media.ts';

let ffmpeg: Ffmpeg;
let root: string;
const inRoot = (name: string): string => path.join(root, name);

/** Striped things, each lit differently; `more` is drawn over them. */
const things = async (folder: string, count: number, more = '', size = '32x24') =>
  makeMedia(
    ffmpeg,
    inRoot(`${folder}/%02d.bmp`),
    `color=c=black:s=${size}:r=10:d=${count / 10},format=gray,geq=lum='90+30*sin(X*1.2)+4*N+10*random(1)'${more}`,
  );
const spot = ',drawbox=x=14:y=10:w=4:h=4:c=black:t=fill';
const mask = async (folder: string, count: number, size = '32x24') =>
  makeMedia(
    ffmpeg,
    inRoot(`${folder}/%02d_mask.png`),
    `color=c=black:s=${size}:r=10:d=${count / 10},drawbox=x=14:y=10:w=4:h=4:c=white:t=fill`,
  );

const plan = (changes: Partial<Record<'train' | 'normal', string>> & { anomalous?: string; masks?: string } = {}) => {
  const { train = 'train', normal = 'normal', anomalous = 'spots', masks } = changes;
  return {
    train: inRoot(train),
    normal: inRoot(normal),
    anomalous: [inRoot(anomalous)],
    masks: masks === undefined ? [] : [inRoot(masks)],
    architecture: 'segmenter',
    patch: 16,
    // Enough on a machine that is busy with other tests, too.
    minutes: 0.2,
    seed: 1,
    oncePer: 100,
  } satisfies ImagePlan;
};

beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  root = await mkdtemp(path.join(tmpdir(), 'nightjar-eval-images-'));
  await Promise.all(['empty', 'broken'].map((name) => mkdir(inRoot(name))));
  await Promise.all([
    things('train', 40),
    things('few', 39),
    things('normal', 8),
    things('spots', 4, spot),
    things('small', 40, '', '32x8'),
    mask('masks', 4),
    mask('too-few-masks', 3),
    mask('too-many-masks', 5),
    mask('small-masks', 4, '16x12'),
    writeFile(inRoot('broken/07.jpg'), 'no picture'),
  ]);
}, 30_000);
afterAll(() => rm(root, { recursive: true }));

test('learns from normal images, and finds the spots in others with their places', async () => {
  const stages = new Set<string>();
  const found = await evaluateImages(
    { ...plan({ masks: 'masks' }), onProgress: ({ stage }) => stages.add(stage) },
    ffmpeg,
  );
  const { imageAuroc, pixelAuroc, scores } = found.anomalous['spots']!;
  expect(imageAuroc).toBeGreaterThan(0.9);
  expect(pixelAuroc).toBeGreaterThan(0.9);
  expect(scores.p50).toBeGreaterThan(found.normal.p50);
  expect({
    trained: found.trainImages,
    held: found.heldBack.count,
    normal: found.normal.count,
    spots: scores.count,
  }).toEqual({ trained: 40, held: 8, normal: 8, spots: 4 });
  expect([...stages]).toEqual(['collecting', 'training', 'calibrating']);
}, 60_000);

test.each([
  ['an empty folder to learn from', { train: 'empty' }, 'empty', /empty: expected images/],
  ['an empty folder of anomalous images', { anomalous: 'empty' }, 'empty', /empty: expected images/],
  ['too few images to learn from', { train: 'few' }, 'too-few', /few: expected at least 40 images, found 39/],
  ['an image that cannot be decoded', { train: 'broken' }, 'unreadable', /07\.jpg cannot be decoded/],
  [
    'images smaller than a square',
    { train: 'small' },
    'mismatch',
    /small.\d\d\.bmp: expected at least 16x16 pixels, found 32x8/,
  ],
  [
    'images without masks',
    { masks: 'too-few-masks' },
    'mismatch',
    /too-few-masks: expected a mask for each of the 4 images, found 3: 04\.bmp has no mask/,
  ],
  ['masks without images', { masks: 'too-many-masks' }, 'mismatch', /found 5: 05_mask\.png has no image/],
  [
    'masks of another size',
    { masks: 'small-masks' },
    'mismatch',
    /01_mask\.png: expected a mask of 32x24 pixels .* found 16x12/,
  ],
] as const)('%s: refused by name', async (_name, changes, code, message) => {
  await expect(evaluateImages({ ...plan(changes), minutes: 0.01 }, ffmpeg)).rejects.toMatchObject({
    name: 'DataError',
    code,
    message: expect.stringMatching(message),
  });
});

test('masks are for all folders of anomalous images or for none', async () => {
  const { anomalous, masks } = plan({ masks: 'masks' });
  await expect(
    evaluateImages({ ...plan(), anomalous: [...anomalous, inRoot('normal')], masks }, ffmpeg),
  ).rejects.toMatchObject({ code: 'mismatch', message: expect.stringContaining('each of the 2 folders') });
});
