import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Engine } from '../../src/core/engine.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import { holdBack, joinSets } from '../../src/learn/data-set.ts';
import type { DataSet } from '../../src/learn/data-set.ts';
import { evaluationDefaults } from '../../src/learn/learn-and-evaluate.ts';
import { checkpointKey, learnModel } from '../../src/learn/learn-model.ts';
import type { LearnOptions } from '../../src/learn/learn-model.ts';
import { withNormal } from '../../src/learn/relearn.ts';
import { dense } from '../../src/model/architectures/dense.ts';
import { cameraGraph } from '../../src/model/camera-model.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import { loadModel, loadRecord } from '../../src/model/model-folder.ts';
import { tinySet } from './tiny-set.ts';

let folder: string;
let training: Engine<Uint8Array>;
let inference: Engine<CameraModel>;
beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'nightjar-relearn-')), 'anomaly');
  training = await openOrtEngine({ device: 'cpu', workers: 1 });
  inference = { ...training, load: async (model) => training.load(cameraGraph(model)) };
  await learn(300);
});
afterAll(async () => {
  await training.close();
  await rm(path.dirname(folder), { recursive: true });
});

/** Learns for so many steps. */
const learn = async (steps: number, changes: Partial<LearnOptions> = {}) => {
  const stop = new AbortController();
  let told = 0;
  return learnModel(
    tinySet(80),
    folder,
    { training, inference },
    {
      ...evaluationDefaults,
      architecture: 'dense',
      batch: 8,
      maxMinutes: 1e9,
      patience: Infinity,
      seed: 7,
      source: 'camera door',
      signal: stop.signal,
      onProgress: ({ stage }) => {
        if (stage === 'training' && ++told === steps) stop.abort();
      },
      ...changes,
    },
  );
};
const previous = async () => ({ ...(await loadModel(folder)), record: await loadRecord(folder) });
const weightsFile = (): Promise<Buffer> => readFile(path.join(folder, 'weights.bin'));

test('a new model that is worse on held-back footage is refused, and the old one stays as it was', async () => {
  const before = [await weightsFile(), await readFile(path.join(folder, 'card.json'))];
  await expect(learn(20, { previous: await previous() })).rejects.toMatchObject({
    code: 'worse',
    message: expect.stringMatching(
      /camera door: the new anomaly model is worse on held-back footage \(loss .*the old one's/,
    ),
  });
  expect([await weightsFile(), await readFile(path.join(folder, 'card.json'))]).toEqual(before);
});

test('learning that goes on from the model that is there soon beats it', async () => {
  const old = await previous();
  const card = await learn(200, { previous: old, start: 'previous' });
  expect(card.training.validationLoss).toBeLessThan(old.card.training.validationLoss);
});

test('a recalibration keeps the weights and how they were learned, and sets the threshold anew', async () => {
  const old = await previous();
  const weights = await weightsFile();
  const card = await learn(1, { previous: old, start: 'recalibrate', falseAlarmsPerDay: 50 });
  expect(await weightsFile()).toEqual(weights);
  expect(card.training).toEqual({ ...old.card.training, seed: 7 });
  expect(card.calibration?.threshold).toBeLessThan(old.card.calibration!.threshold);
  expect((await loadRecord(folder))?.history).toEqual(old.record?.history);
});

test('a model of another architecture is neither a start nor a measure; without one that fits nothing can be recalibrated', async () => {
  const old = await previous();
  const other = { ...old, model: { ...old.model, architecture: 'strided' } };
  await expect(learn(1, { previous: other, start: 'recalibrate' })).rejects.toMatchObject({ code: 'missing' });
  const card = await learn(20, { previous: other, start: 'previous' });
  expect(card.training.validationLoss).toBeGreaterThan(old.card.training.validationLoss);
});

test('footage that was judged normal is trained on and never held back', () => {
  const [live, normal] = [tinySet(80), tinySet(48)];
  const parts = holdBack(live, 0.25);
  const { training: trained, heldBack } = withNormal(live, parts, normal);
  expect(heldBack).toBe(parts.heldBack);
  expect(trained.count).toBe(parts.training.count + 48);
  expect(trained.at(parts.training.count)).toEqual(normal.at(0));
  expect(trained.continues(parts.training.count)).toBe(false);
  expect(joinSets(live, normal).at(127)).toEqual(normal.at(47));
});

test('a training that was cut off goes on only with the footage and the start it had', () => {
  const set = tinySet(80);
  const other = { ...set, at: (index: number) => set.at(index).map((level) => 255 - level) };
  const topology = dense([8, 8, 1]);
  const keyOf = (footage: DataSet, start: LearnOptions['start']): string =>
    checkpointKey({ topology, input: { height: 8, width: 8, channels: 1 } }, holdBack(footage, 0.25), {
      ...evaluationDefaults,
      seed: 7,
      source: 'camera door',
      start,
    });
  expect(keyOf(tinySet(80), 'previous')).toBe(keyOf(set, 'previous'));
  expect(keyOf(other, 'previous')).not.toBe(keyOf(set, 'previous'));
  expect(keyOf(set, 'fresh')).not.toBe(keyOf(set, 'previous'));
});
