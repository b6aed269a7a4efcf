import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Engine } from '../../../src/core/engine.ts';
import { openOrtEngine } from '../../../src/engine/ort-engine.ts';
import { adaptDenoiser } from '../../../src/learn/denoising/adapt-denoiser.ts';
import type { AdaptOptions } from '../../../src/learn/denoising/adapt-denoiser.ts';
import { addNoise, gaussianNoise } from '../../../src/learn/add-noise.ts';
import { loadDenoiser, openFrameDenoiser } from '../../../src/learn/frame-denoiser.ts';
import { denoiser } from '../../../src/model/architectures/denoiser.ts';
import { cameraGraph } from '../../../src/model/camera-model.ts';
import { untrainedDenoiser } from '../../../src/model/denoiser/untrained-denoiser.ts';
import { saveModel } from '../../../src/model/model-folder.ts';
import { normalSource } from '../../../src/model/normal-random.ts';
import { randomSource } from '../../../src/model/random.ts';
import { footageOf } from './footage.ts';

// 40 s on two cores that are free.
jest.setTimeout(400_000);

let engine: Engine<Uint8Array>;
let folder: string;
const [width, height, count] = [80, 72, 360];
const scene = Uint8Array.from(
  { length: width * height },
  (_, at) => 90 + 50 * Math.sin(at / 11) + 20 * Math.cos(at / 301),
);
const normal = normalSource(randomSource(4));
const frames = Array.from({ length: count }, () => addNoise(scene, gaussianNoise(18), normal));
const footage = footageOf(frames, width, height);

beforeAll(async () => {
  engine = await openOrtEngine({ device: 'cpu', workers: 1, threads: 1 });
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-adapt-'));
  const topology = denoiser({ block: 4, channels: 8, layers: 3 }, 16, 16);
  const card = {
    version: 1,
    task: 'denoise',
    architecture: 'denoiser',
    input: { height: 64, width: 64, channels: 1 },
    trainedOn: { source: 'nothing', frames: 0 },
    training: { steps: 0, epochs: 0, seconds: 0, loss: 0, validationLoss: 0, seed: 2, noise: 0 },
    created: new Date(0).toISOString(),
  } as const;
  await saveModel(path.join(folder, 'untrained'), { topology, weights: untrainedDenoiser(topology, 2), card });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const adapt = async (steps: number, from: string, changes: Partial<AdaptOptions> = {}) => {
  const stop = new AbortController();
  let seen = 0;
  return adaptDenoiser(footage, path.join(folder, 'own'), engine, {
    from: path.join(folder, from),
    source: 'camera door',
    minutes: 1e6,
    seed: 1,
    ...changes,
    signal: stop.signal,
    onProgress: () => ++seen === steps && stop.abort(),
  });
};

test('learns from noisy footage alone, and its pictures are cleaner', async () => {
  const { card, before, after } = await adapt(65, 'untrained');
  expect(after).toBeLessThan(before);
  expect(card).toMatchObject({ trainedOn: { source: 'camera door', frames: 360 }, architecture: 'denoiser' });
  expect(card.activations).toHaveLength(3);
  const shape = { width, height, format: 'gray' } as const;
  const models = {
    ...engine,
    load: async (model: Parameters<typeof cameraGraph>[0]) => engine.load(cameraGraph(model)),
  };
  const errors: number[] = [];
  for (const name of ['untrained', 'own']) {
    const denoising = await openFrameDenoiser(models, { model: path.join(folder, name), shape });
    let picture = new Uint8Array();
    for (const frame of frames.slice(0, 10)) picture = new Uint8Array(await denoising.denoise(frame));
    errors.push(Math.sqrt(scene.reduce((sum, level, at) => sum + (level - picture[at]!) ** 2, 0) / scene.length));
    await denoising.release();
  }
  expect(errors[1]).toBeLessThan(errors[0]!);
});

test('one that is no better is refused, and nothing is written', async () => {
  await rm(path.join(folder, 'own'), { recursive: true, force: true });
  // In no time nothing is learned.
  await expect(adapt(1, 'untrained', { minutes: 1e-9 })).rejects.toMatchObject({ code: 'worse' });
  expect(existsSync(path.join(folder, 'own'))).toBe(false);
});

test('a model of something else, and sides that do not fit, are named', async () => {
  const shape = { width: 80, height: 70, format: 'gray' } as const;
  await expect(loadDenoiser(path.join(folder, 'untrained'), shape)).rejects.toThrow(
    'expected pictures with sides divisible by 8, found 80x70',
  );
  await expect(loadDenoiser(path.join(folder, 'none'), shape)).rejects.toThrow('card.json');
});
