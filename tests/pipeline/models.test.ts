import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { Engine } from '../../src/core/engine.ts';
import { dense } from '../../src/model/architectures/dense.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import type { ModelCard } from '../../src/model/model-card.ts';
import { saveModel } from '../../src/model/model-folder.ts';
import { ModelShelf } from '../../src/pipeline/models.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'nightjar-shelf-')), 'denoise');
});
afterEach(async () => rm(path.dirname(folder), { recursive: true }));

const shape = { width: 8, height: 8, format: 'gray' } as const;
const save = async (seed: number, width = 8): Promise<void> => {
  const topology = dense([8, width, 1]);
  const card: ModelCard = {
    version: 1,
    task: 'denoise',
    architecture: 'dense',
    input: { height: 8, width, channels: 1 },
    trainedOn: { source: 'camera door', frames: 40, framesPerSecond: 5 },
    training: { steps: 1, epochs: 1, seconds: 1, loss: 1, validationLoss: 1, seed, noise: 0 },
    created: new Date().toISOString(),
  };
  await saveModel(folder, { topology, weights: initialWeights(topology, seed), card });
};

/** Tells which sessions were released, by the seeds of their models. */
const fakeEngine = () => {
  const loaded: number[] = [];
  const released: number[] = [];
  const engine: Engine<CameraModel> = {
    device: 'cpu',
    concurrency: 1,
    batchSize: 1,
    load: async () => {
      const number = loaded.push(loaded.length);
      return { run: async () => ({}), release: async () => void released.push(number) };
    },
    close: async () => undefined,
  };
  return { engine, loaded, released };
};
const fail = (error: unknown): void => {
  throw error;
};

test('a model that is replaced while it is in use is loaded, and the old one released later', async () => {
  const { engine, loaded, released } = fakeEngine();
  const shelf = new ModelShelf(engine, { releaseAfterMs: 1000 });
  await save(1);
  const first = await shelf.find(folder, shape);
  expect(await shelf.refresh(fail)).toBe(false);
  await save(2);
  expect(await shelf.refresh(fail)).toBe(true);
  const second = await shelf.find(folder, shape);
  expect(second?.card.training.seed).toBe(2);
  expect(second).not.toBe(first);
  expect([loaded.length, released]).toEqual([2, []]);
  await waitUntil('the old one is released', () => expect(released).toEqual([1]));
});

test('a model that appears where there was none is news', async () => {
  const shelf = new ModelShelf(fakeEngine().engine);
  expect(await shelf.find(folder, shape)).toBeUndefined();
  expect(await shelf.refresh(fail)).toBe(false);
  await save(1);
  expect([await shelf.refresh(fail), await shelf.refresh(fail)]).toEqual([true, false]);
  expect(await shelf.find(folder, shape)).toBeDefined();
});

test.each([
  ['is damaged', async () => writeFile(path.join(folder, 'model.json'), '{'), /expected JSON/],
  ['takes other pictures', async () => save(2, 16), /expected a model for the same pictures.*16x8/],
])('of a replacement that %s it tells once, and the old one stays', async (_name, replace, message) => {
  const shelf = new ModelShelf(fakeEngine().engine);
  await save(1);
  const first = await shelf.find(folder, shape);
  await replace();
  const errors: unknown[] = [];
  for (let round = 0; round < 3; round++)
    expect(await shelf.refresh((error) => errors.push((error as Error).message))).toBe(false);
  expect(errors).toEqual([expect.stringMatching(message)]);
  expect(await shelf.find(folder, shape)).toBe(first);
});

test.each([
  ['damaged', async () => writeFile(path.join(folder, 'model.json'), '{')],
  ['of another size', async () => save(1, 16)],
])(
  'a model that was %s at the start is replaced by one that fits, and is not looked at again until then',
  async (_name, spoil) => {
    const { engine, released } = fakeEngine();
    const shelf = new ModelShelf(engine);
    await save(1);
    await spoil();
    await expect(shelf.find(folder, shape)).rejects.toThrow();
    expect(await shelf.refresh(fail)).toBe(false);
    await save(2);
    expect(await shelf.refresh(fail)).toBe(true);
    expect((await shelf.find(folder, shape))?.card.training.seed).toBe(2);
    expect(released.length).toBe(_name === 'damaged' ? 0 : 1);
  },
);

test('a model that no camera has any more is let go of, and found anew in another size', async () => {
  const { engine, loaded, released } = fakeEngine();
  const shelf = new ModelShelf(engine, { releaseAfterMs: 20 });
  await save(1);
  await shelf.find(folder, shape);
  shelf.keep(new Set([folder]));
  await setTimeout(60);
  expect(released).toEqual([]);
  shelf.keep(new Set());
  await waitUntil('it is released', () => expect(released).toEqual([1]));
  await save(2, 16);
  expect((await shelf.find(folder, { ...shape, width: 16 }))?.card.input.width).toBe(16);
  expect(loaded).toHaveLength(2);
});
