import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Engine } from '../../src/core/engine.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import { DataSetCollector } from '../../src/learn/data-set.ts';
import type { DataSet } from '../../src/learn/data-set.ts';
import { learnModel } from '../../src/learn/learn-model.ts';
import { playThrough } from '../../src/learn/play-through.ts';
import { cameraGraph } from '../../src/model/camera-model.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import type { MotionCalibration } from '../../src/model/model-card.ts';
import { loadModel } from '../../src/model/model-folder.ts';
import { initialState } from '../../src/model/camera-model.ts';
import { randomSource } from '../../src/model/random.ts';
import { openTask } from '../../src/task/open-task.ts';

let folder: string;
let training: Engine<Uint8Array>;
let inference: Engine<CameraModel>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-stateful-'));
  training = await openOrtEngine({ device: 'cpu', workers: 1 });
  inference = { ...training, load: async (model) => training.load(cameraGraph(model)) };
});
afterAll(async () => {
  await training.close();
  await rm(folder, { recursive: true });
});

const [width, height] = [64, 48];
/** A bright square that walks to and fro over a striped floor, `speed` pixels a frame. */
const walk = (count: number, speed: number): DataSet => {
  const collector = new DataSetCollector({ width, height, format: 'gray' }, 5);
  for (let index = 0; index < count; index++) {
    const way = (index * speed) % 80;
    const left = Math.round(way < 40 ? way : 80 - way);
    collector.add({
      data: Uint8Array.from({ length: width * height }, (_, at) => {
        const [x, y] = [at % width, Math.floor(at / width)];
        const isSquare = x >= left && x < left + 10 && y >= 20 && y < 34;
        return isSquare ? 230 : 90 + 30 * Math.sin(x / 2) + 30 * Math.sin(y / 3) + ((at * 7919 + index * 104729) % 5);
      }),
    });
  }
  return collector.finish('walk');
};

const options = {
  task: 'anomaly',
  batch: 4,
  noise: 0.05,
  maxMinutes: 1e9,
  patience: 1e9,
  seed: 1,
  validationShare: 0.3,
  falseAlarmsPerDay: 100,
  smoothingSeconds: 0.15,
  source: 'walk',
} as const;

test.each([
  ['motion', 60],
  ['recurrent', 30],
  ['predictor', 40],
] as const)('%s: what is learned is saved and loaded, and runs live with its state', async (architecture, steps) => {
  const stop = new AbortController();
  const onProgress = ({ stage }: { stage: string }): void => {
    if (stage === 'training' && ++told === steps) stop.abort();
  };
  let told = 0;
  const target = path.join(folder, architecture);
  const card = await learnModel(walk(160, 1), target, { training, inference }, { ...options, architecture, signal: stop.signal, onProgress }); // prettier-ignore
  const loaded = await loadModel(target);
  expect(loaded.card).toEqual(card);
  expect(loaded.model).toMatchObject({ architecture, input: { height, width, channels: 1 } });

  const session = await inference.load(loaded.model);
  const highest = async (set: DataSet): Promise<number> => {
    let score = 0;
    for await (const { predScore = 0 } of playThrough(session, openTask(card, initialState(loaded.model))!, set))
      score = Math.max(score, predScore);
    return score;
  };
  const normal = await highest(walk(60, 1));
  const running = await highest(walk(60, 7));
  await session.release();
  // The others would have to learn for longer than a test lasts.
  if (architecture === 'motion') {
    expect(normal).toBeLessThan(1);
    expect(running).toBeGreaterThan(1.3 * normal);
    // What nobody ever did is no scale: shadows of another hour are not things.
    expect((card.calibration as MotionCalibration).scales[2]).toBeGreaterThanOrEqual(2.5);
  }
  expect(running).toBeGreaterThan(0);
});

test('motion: footage in which the whole scene changes all the time is refused, and no model written', async () => {
  const collector = new DataSetCollector({ width, height, format: 'gray' }, 5);
  const random = randomSource(5);
  for (let index = 0; index < 100; index++)
    collector.add({ data: Uint8Array.from({ length: width * height }, () => 256 * random()) });
  const stop = new AbortController();
  const target = path.join(folder, 'panning');
  let told = 0;
  const learning = learnModel(
    collector.finish('panning camera'),
    target,
    { training, inference },
    {
      ...options,
      architecture: 'motion',
      signal: stop.signal,
      onProgress: ({ stage }) => void (stage === 'training' && ++told === 30 && stop.abort()),
    },
  );
  await expect(learning).rejects.toMatchObject({
    code: 'too-few',
    message: expect.stringMatching(/camera stands still/),
  });
  expect(existsSync(target)).toBe(false);
});
