import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Engine } from '../../src/core/engine.ts';
import type { LearningProgress } from '../../src/core/status.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import { errorMaps } from '../../src/learn/calibrate-model.ts';
import { learnModel } from '../../src/learn/learn-model.ts';
import type { LearnOptions } from '../../src/learn/learn-model.ts';
import { cameraGraph } from '../../src/model/camera-model.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import { loadModel } from '../../src/model/model-folder.ts';
import { createAnomalyScorer } from '../../src/task/anomaly.ts';
import type { Calibration } from '../../src/task/calibration.ts';
import { tinyPicture, tinySet } from './tiny-set.ts';

let folder: string;
let training: Engine<Uint8Array>;
let inference: Engine<CameraModel>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-learn-'));
  training = await openOrtEngine({ device: 'cpu', workers: 1 });
  inference = { ...training, load: async (model) => training.load(cameraGraph(model)) };
});
afterAll(async () => {
  await training.close();
  await rm(folder, { recursive: true });
});

/** Learns for `steps` steps; nothing else ends it. */
const learn = async (name: string, steps: number, changes: Partial<LearnOptions> = {}) => {
  const stop = new AbortController();
  const told: LearningProgress[] = [];
  const card = await learnModel(
    tinySet(80),
    path.join(folder, name),
    { training, inference },
    {
      task: 'anomaly',
      architecture: 'dense',
      batch: 8,
      noise: 0.05,
      maxMinutes: 1e9,
      patience: Infinity,
      seed: 7,
      validationShare: 0.25,
      falseAlarmsPerDay: 2,
      smoothingSeconds: 0,
      source: 'camera door',
      signal: stop.signal,
      onProgress: (progress) => {
        told.push(progress);
        if (told.length === steps) stop.abort();
      },
      ...changes,
    },
  );
  return { card, told, folder: path.join(folder, name) };
};

test('footage goes in; the model that comes out knows it, and alarms at what it never saw', async () => {
  const { folder } = await learn('knows', 250);
  const { model, card } = await loadModel(folder);
  const scorer = createAnomalyScorer(card.calibration as Calibration);
  const scores = async (pictures: readonly Uint8Array[]) => {
    const set = { ...tinySet(40), count: pictures.length, at: (index: number) => pictures[index]! };
    return (await errorMaps(inference, model, set)).maps.map((map) => scorer.score(map, 0).predScore);
  };
  expect(Math.max(...(await scores([1.2, 3.1, 4.4, 6.3].map(tinyPicture))))).toBeLessThan(1);
  const [upsideDown = 0, dark = 0] = await scores([tinyPicture(3).map((value) => 255 - value), new Uint8Array(64)]);
  expect(upsideDown).toBeGreaterThan(1);
  expect(dark).toBeGreaterThan(1);
});

test('the card says where the model comes from, and is saved with it', async () => {
  const { card, folder } = await learn('card', 12);
  expect(card).toMatchObject({
    architecture: 'dense',
    input: { height: 8, width: 8, channels: 1 },
    trainedOn: { source: 'camera door', frames: 80, framesPerSecond: 4 },
    training: { steps: 12, epochs: 1.5, seed: 7, noise: 0.05 },
    calibration: { rows: 1, cols: 1, frames: 20, falseAlarmsPerDay: 2, smoothingSeconds: 0 },
  });
  expect((await loadModel(folder)).card).toEqual(card);
});

test('tells each training step, then each frame of the calibration', async () => {
  const { told } = await learn('told', 40);
  expect(told.slice(0, 40).map(({ stage }) => stage)).toEqual(Array(40).fill('training'));
  const calibrating = told.slice(40);
  expect(new Set(calibrating.map(({ stage }) => stage))).toEqual(new Set(['calibrating']));
  const fractions = calibrating.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(told[39]).toMatchObject({ loss: expect.any(Number), secondsLeft: expect.any(Number) });
  expect(told.at(-1)).toEqual({ stage: 'calibrating', fraction: 1 });
});

test('a picture size its architecture cannot take is refused, and nothing is written', async () => {
  const set = { ...tinySet(40), width: 10, height: 10 };
  const target = path.join(folder, 'refused');
  const options = { architecture: 'convolutional', seed: 1, validationShare: 0.2 } as LearnOptions;
  await expect(learnModel(set, target, { training, inference }, options)).rejects.toMatchObject({
    name: 'ModelError',
    code: 'unsupported',
  });
  expect(existsSync(target)).toBe(false);
});

test('footage that leaves too little to set a threshold from is refused before it is learned from', async () => {
  const told: LearningProgress[] = [];
  const learning = learn('few', 0, {
    validationShare: 0.05,
    maxMinutes: 0.001,
    onProgress: (progress) => told.push(progress),
  });
  await expect(learning).rejects.toMatchObject({
    code: 'too-few',
    message: 'camera door: expected at least 8 held-back frames to set the threshold from, found 4 of 80. Collect for longer, or raise learning.validationShare.', // prettier-ignore
  });
  expect(told).toEqual([]);
});
