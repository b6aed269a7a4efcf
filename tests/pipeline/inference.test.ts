import { setImmediate } from 'node:timers/promises';

import { EngineError } from '../../src/core/errors.ts';
import type { Frame } from '../../src/core/frame.ts';
import { inferenceQueue } from '../../src/pipeline/inference.ts';
import type { Inferred, InferenceOptions, StreamName } from '../../src/pipeline/inference.ts';
import type { LoadedModel } from '../../src/pipeline/models.ts';
import { frameSource, pendingModel } from './fake-work.ts';

/** A queue that is listened to; `drops` are [camera, sequence, reason]. */
const open = (options: Partial<InferenceOptions> = {}) => {
  const drops: [string, number, string][] = [];
  const errors: unknown[] = [];
  const results: Inferred[] = [];
  const queue = inferenceQueue({
    batchSize: 1,
    concurrency: 1,
    onDrop: ({ frame: { camera, sequence } }, reason) => drops.push([camera, sequence, reason]),
    onError: (error) => errors.push(error),
    ...options,
  });
  const subscription = queue.results$.subscribe((result) => results.push(result));
  const frames = frameSource();
  const push = (
    model: LoadedModel,
    frame: Frame,
    fetches: readonly string[] = ['denoised'],
    stream: StreamName = 'analysis',
  ): void => queue.push({ frame, stream, jobs: [{ model, task: { fetches, inputs: () => ({}) } }], queuedAt: 0 });
  return { queue, subscription, frames, push, drops, errors, results };
};

test('while a run is going on only the newest frame of a camera waits; the others are counted and released', async () => {
  const { push, frames, drops, results, queue } = open();
  const { model, runs } = pendingModel('door');
  for (const sequence of [0, 1, 2, 3]) push(model, frames.next('door', sequence));
  expect(queue.length).toBe(1);
  runs[0]?.resolve({});
  await setImmediate();
  runs[1]?.resolve({});
  await setImmediate();
  expect(results.map(({ work }) => work.frame.sequence)).toEqual([0, 3]);
  expect(drops).toEqual([
    ['door', 1, 'superseded'],
    ['door', 2, 'superseded'],
  ]);
  // Those that got a result belong to whoever reads it.
  expect(frames.releases()).toEqual([0, 1, 1, 0]);
  expect(queue.length).toBe(0);
});

test('a fast camera takes no turn from a slow one', async () => {
  const { push, frames, results } = open();
  const { model, runs } = pendingModel('shared');
  push(model, frames.next('fast', 0));
  push(model, frames.next('slow', 0));
  for (const sequence of [1, 2, 3]) push(model, frames.next('fast', sequence));
  for (const index of [0, 1, 2]) {
    runs[index]?.resolve({});
    await setImmediate();
  }
  expect(results.map(({ work: { frame } }) => [frame.camera, frame.sequence])).toEqual([
    ['fast', 0],
    ['slow', 0],
    ['fast', 3],
  ]);
});

test('analysed and live frames of a camera do not replace each other, and however many are watched, the others get their turn', async () => {
  const { push, frames, results, drops } = open();
  const { model, runs } = pendingModel('shared');
  for (const sequence of [0, 1]) push(model, frames.next('door', sequence), [], 'live');
  push(model, frames.next('door', 100));
  for (const sequence of [2, 3]) push(model, frames.next('door', sequence), [], 'live');
  for (const index of [0, 1, 2]) {
    push(model, frames.next('door', 4 + index), [], 'live');
    runs[index]?.resolve({});
    await setImmediate();
  }
  const order = results.map(({ work: { stream, frame } }) => [stream, frame.sequence]);
  expect(order).toEqual([
    ['live', 0],
    ['live', 4],
    ['analysis', 100],
  ]);
  expect(drops).not.toContainEqual(['door', 100, 'superseded']);
});

test('frames of one model are one run, with what each of them asks for', async () => {
  const { push, frames, results } = open({ batchSize: 8 });
  const [shared, own] = [pendingModel('shared'), pendingModel('own')];
  const first = pendingModel('first');
  push(first.model, frames.next('first', 9));
  push(shared.model, frames.next('a', 1), ['error_map']);
  push(own.model, frames.next('b', 2), ['denoised']);
  push(shared.model, frames.next('c', 3), ['error_map', 'denoised']);
  expect([shared.runs, own.runs]).toEqual([[], []]);
  first.runs[0]?.resolve({});
  await setImmediate();

  expect(shared.runs.map(({ inputs, fetches }) => [inputs['frames'], fetches])).toEqual([
    [{ type: 'uint8', shape: [2, 1, 2, 1], data: Uint8Array.of(1, 1, 3, 3) }, ['error_map', 'denoised']],
  ]);
  expect(own.runs.map(({ fetches }) => fetches)).toEqual([['denoised']]);
  const outputs = { denoised: { type: 'uint8', shape: [2, 1, 2, 1], data: Uint8Array.of(10, 10, 30, 30) } } as const;
  own.runs[0]?.resolve({});
  shared.runs[0]?.resolve(outputs);
  await setImmediate();
  expect(results.map(({ work, answers }) => [work.frame.camera, answers[0]?.index])).toEqual([
    ['first', 0],
    ['a', 0],
    ['b', 0],
    ['c', 1],
  ]);
  expect(results[3]?.answers[0]?.outputs).toBe(outputs);
});

test('tells how long a frame waited and how long its run took', async () => {
  const { queue, frames, results } = open();
  const { model, runs } = pendingModel('door');
  queue.push({
    frame: frames.next('door', 0),
    stream: 'analysis',
    jobs: [{ model, task: { fetches: [], inputs: () => ({}) } }],
    queuedAt: performance.timeOrigin + performance.now() - 5000,
  });
  runs[0]?.resolve({});
  await setImmediate();
  expect(results[0]?.queuedMs).toBeGreaterThanOrEqual(5000);
  expect(results[0]?.inferenceMs).toBeGreaterThanOrEqual(0);
  expect(results[0]?.inferenceMs).toBeLessThan(5000);
});

test('a run that fails drops its frames, says so once, and the next frame is tried again', async () => {
  const { push, frames, drops, errors, results } = open({ batchSize: 2 });
  const { model, runs } = pendingModel('shared');
  const failure = new EngineError('worker-died', 'gone');
  push(model, frames.next('other', 0));
  push(model, frames.next('a', 1));
  push(model, frames.next('b', 1));
  runs[0]?.resolve({});
  await setImmediate();
  runs[1]?.reject(failure);
  await setImmediate();
  push(model, frames.next('a', 2));
  runs[2]?.resolve({});
  await setImmediate();
  expect(errors).toEqual([failure]);
  expect(drops).toEqual([
    ['a', 1, 'engine-error'],
    ['b', 1, 'engine-error'],
  ]);
  expect(results.map(({ work: { frame } }) => [frame.camera, frame.sequence])).toEqual([
    ['other', 0],
    ['a', 2],
  ]);
  expect(frames.releases()).toEqual([0, 1, 1, 0]);
});

test('cameras of different sizes that share a model lose their frames, not the pipeline', async () => {
  const { push, frames, drops, errors } = open({ batchSize: 2 });
  const { model, runs } = pendingModel('shared');
  push(model, frames.next('other', 0));
  push(model, frames.next('a', 1));
  push(model, frames.next('b', 1, { width: 1, height: 2 }));
  runs[0]?.resolve({});
  await setImmediate();
  expect(runs).toHaveLength(1);
  expect(errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining('Expected frames of one shape') }),
  ]);
  expect(drops.map(([camera]) => camera)).toEqual(['a', 'b']);
  expect(frames.releases()).toEqual([0, 1, 1]);
});

test('as many runs as the engine has workers go on at once, never two of one camera', () => {
  const { push, frames, queue } = open({ concurrency: 2 });
  const { model, runs } = pendingModel('shared');
  push(model, frames.next('a', 0));
  push(model, frames.next('a', 1));
  expect(runs).toHaveLength(1);
  push(model, frames.next('b', 0));
  push(model, frames.next('c', 0));
  expect(runs).toHaveLength(2);
  expect(queue.length).toBe(2);
});

test('what still waits at the end is released and counted', () => {
  const { push, frames, drops, subscription, queue } = open();
  const { model } = pendingModel('shared');
  push(model, frames.next('a', 0));
  push(model, frames.next('a', 1));
  push(model, frames.next('b', 0));
  subscription.unsubscribe();
  expect(drops).toEqual([
    ['a', 1, 'closed'],
    ['b', 0, 'closed'],
  ]);
  expect(frames.releases()).toEqual([0, 1, 1]);
  expect(queue.length).toBe(0);
});

test('a run that the closing engine ends, after the results, is dropped and no error', async () => {
  const { push, frames, drops, errors, subscription } = open();
  const { model, runs } = pendingModel('door');
  push(model, frames.next('door', 0));
  subscription.unsubscribe();
  runs[0]?.reject(new EngineError('closed', 'The engine was closed.'));
  await setImmediate();
  expect(errors).toEqual([]);
  expect(drops).toEqual([['door', 0, 'engine-error']]);
  expect(frames.releases()).toEqual([1]);
});

test('a task that cannot say what goes in loses its own frame only', async () => {
  const { queue, frames, drops, errors, results } = open({ batchSize: 2 });
  const { model, runs } = pendingModel('shared');
  const blocking = pendingModel('first');
  const push = (camera: string, given: LoadedModel, inputs: () => Record<string, never>): void =>
    queue.push({
      stream: 'analysis',
      frame: frames.next(camera, 0),
      jobs: [{ model: given, task: { fetches: [], inputs } }],
      queuedAt: 0,
    });
  push('busy', blocking.model, () => ({}));
  push('broken', model, () => {
    throw new Error('no inputs');
  });
  push('well', model, () => ({}));
  blocking.runs[0]?.resolve({});
  await setImmediate();
  runs[0]?.resolve({});
  await setImmediate();
  expect(results.map(({ work }) => work.frame.camera)).toEqual(['busy', 'well']);
  expect(drops).toEqual([['broken', 0, 'engine-error']]);
  expect(errors).toEqual([new Error('no inputs')]);
});
