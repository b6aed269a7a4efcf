import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { InterruptedError } from '../../src/core/errors.ts';
import type { Engine } from '../../src/core/engine.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import type { ModelCard } from '../../src/model/model-card.ts';
import type { TaskName } from '../../src/core/status.ts';
import { Learner, learningFootage, taskFolder } from '../../src/pipeline/learner.ts';
import { pipelineSchema } from '../../src/config/schema.ts';
import { tinySet } from '../learn/tiny-set.ts';

const { learning, alerts } = pipelineSchema.parse({
  cameras: [{ id: 'door', url: 'rtsp://door' }],
  learning: { architecture: 'dense', maxMinutes: 0.05, patience: 1 },
});

let folder: string;
let engine: Engine<CameraModel>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-learner-'));
  engine = await openEngine({ name: 'onnxruntime', device: 'cpu', workers: 1, log: () => undefined });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const requestFor = (name: string, onProgress = (): void => undefined) => ({
  set: tinySet(40),
  folder: path.join(folder, name),
  source: 'camera door',
  tasks: ['anomaly'] as const,
  onProgress,
  onLearned: (_task: string, _card: ModelCard): void => undefined,
});

test('when everything stops, neither a training short of an epoch nor what waits its turn writes a model', async () => {
  const stop = new AbortController();
  const learner = new Learner({ learning, alerts }, engine, stop.signal);
  const first = learner.learn(requestFor('first', () => stop.abort(new InterruptedError())));
  const waiting = learner.learn(requestFor('waiting'));
  await expect(first).rejects.toMatchObject({ code: 'interrupted' });
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  await learner.idle;
  expect([existsSync(path.join(folder, 'first')), existsSync(path.join(folder, 'waiting'))]).toEqual([false, false]);
});

test('each task has a model of its own, and a model that two cameras share is learned once', async () => {
  const learner = new Learner({ learning, alerts }, engine, new AbortController().signal);
  const learned: [string, number][] = [];
  const request = {
    ...requestFor('shared'),
    tasks: ['anomaly', 'denoise'] as const,
    onLearned: (task: string, { training }: ModelCard): void => void learned.push([task, training.steps]),
  };
  const isThere = async (task: TaskName): Promise<boolean> => existsSync(path.join(request.folder, task));
  await Promise.all([learner.learn(request, isThere), learner.learn(request, isThere)]);
  expect(learned).toEqual([
    ['anomaly', expect.any(Number)],
    ['denoise', expect.any(Number)],
  ]);
});

test('a task that cannot be learned does not keep the others from it, and its failure is told', async () => {
  const learner = new Learner({ learning, alerts }, engine, new AbortController().signal);
  const learned: string[] = [];
  const request = {
    ...requestFor('mixed'),
    tasks: ['colorize', 'denoise'] as const,
    onLearned: (task: string): void => void learned.push(task),
  };
  await expect(learner.learn(request)).rejects.toThrow(/expected footage in colour to learn colours from, found gray/);
  expect(learned).toEqual(['denoise']);
});

test('a learning that goes on, even for the second time, learns only the models it had not finished', async () => {
  const camera = path.join(folder, 'cut-off');
  const write = async (file: string, second: number): Promise<void> => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
    await utimes(file, second, second);
  };
  const footage = learningFootage(camera);
  await write(path.join(taskFolder(camera, 'denoise'), 'model.json'), 1);
  await write(footage, 2);
  await write(path.join(taskFolder(camera, 'anomaly'), 'model.json'), 3);
  const learner = new Learner({ learning, alerts }, engine, new AbortController().signal);
  const learned: string[] = [];
  let footageAt = 0;
  const request = {
    ...requestFor('cut-off', () => void (footageAt = statSync(footage).mtimeMs)),
    tasks: ['anomaly', 'denoise'] as const,
    isResumed: true,
    start: 'fresh' as const,
    onLearned: (task: string): void => void learned.push(task),
  };
  await learner.learn(request);
  expect(learned).toEqual(['denoise']);
  // The footage is not written anew: what is newer than it stays known as finished.
  expect(footageAt).toBe(2000);
});

test('a learning that is cancelled ends at once and keeps the model that was there; the one after it goes on', async () => {
  const learner = new Learner({ learning, alerts }, engine, new AbortController().signal);
  const request = requestFor('cancelled');
  await learner.learn(request);
  const file = path.join(request.folder, 'anomaly', 'model.json');
  const before = statSync(file);
  const cancels = [new AbortController(), new AbortController()] as const;
  const training = learner.learn({
    ...requestFor('cancelled', () => cancels[0].abort(new InterruptedError())),
    start: 'fresh',
    cancel: cancels[0].signal,
  });
  const waiting = learner.learn({ ...requestFor('waits'), cancel: cancels[1].signal });
  const after = learner.learn(requestFor('after'));
  cancels[1].abort(new InterruptedError());
  await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
  expect(cancels[0].signal.aborted).toBe(false);
  await expect(training).rejects.toMatchObject({ code: 'interrupted' });
  await after;
  expect([statSync(file).ino, statSync(file).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  expect(existsSync(learningFootage(request.folder))).toBe(false);
  expect(existsSync(path.join(folder, 'waits'))).toBe(false);
  expect(existsSync(path.join(folder, 'after', 'anomaly', 'model.json'))).toBe(true);
});
