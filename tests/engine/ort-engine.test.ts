import { Worker } from 'node:worker_threads';

import type { Session } from '../../src/core/engine.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import type { OrtEngineOptions } from '../../src/engine/ort-engine.ts';
import type { WorkerSettings } from '../../src/engine/ort-messages.ts';
import { OnnxGraph } from '../../src/model/onnx/graph.ts';

/** y = 2 x, and z = -x, for float32 vectors of any length. */
const doubling = (): Uint8Array => {
  const graph = new OnnxGraph('doubling');
  const x = graph.input('x', ['N']);
  graph.opAs('y', 'Mul', [x, graph.scalar(2)]);
  graph.opAs('z', 'Neg', [x]);
  graph.output('y', ['N']);
  graph.output('z', ['N']);
  return graph.toBytes();
};

/** One long run: y = x times a matrix, `depth` times. */
const slow = (size: number, depth: number): Uint8Array => {
  const graph = new OnnxGraph('slow');
  const matrix = graph.initializer(new Float32Array(size * size), [size, size]);
  let value = graph.input('x', [size, size]);
  for (let step = 1; step < depth; step++) value = graph.op('MatMul', [value, matrix]);
  graph.opAs('y', 'MatMul', [value, matrix]);
  graph.output('y', [size, size]);
  return graph.toBytes();
};

const vector = (...values: number[]): Tensors => ({
  x: { type: 'float32', shape: [values.length], data: Float32Array.from(values) },
});
const run = async (session: Session, ...values: number[]): Promise<number[]> => {
  const { y } = await session.run(vector(...values), ['y']);
  return Array.from(y!.data, Number);
};

const realWorker = (settings: WorkerSettings): Worker =>
  new Worker(new URL('../../dist/engine/ort-worker.js', import.meta.url), { workerData: settings });

/** Spawns real workers, and keeps them; the threadId of one that has left is -1. */
const recordWorkers = () => {
  const workers: Worker[] = [];
  const spawn = (settings: WorkerSettings): Worker => {
    const worker = realWorker(settings);
    workers.push(worker);
    return worker;
  };
  return { workers, spawn };
};

const closing: (() => Promise<void>)[] = [];
const open = async (options: Partial<OrtEngineOptions> = {}) => {
  const lines: string[] = [];
  const engine = await openOrtEngine({ device: 'cpu', workers: 2, log: (line) => lines.push(line), ...options });
  closing.push(async () => engine.close());
  return { engine, lines };
};
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test('runs a model and gives back the outputs asked for', async () => {
  const { engine } = await open();
  const session = await engine.load(doubling());
  expect(await session.run(vector(1, -3))).toEqual({
    y: { type: 'float32', shape: [2], data: Float32Array.of(2, -6) },
    z: { type: 'float32', shape: [2], data: Float32Array.of(-1, 3) },
  });
  expect(Object.keys(await session.run(vector(1), ['z']))).toEqual(['z']);
});

test('a CPU worker has one run in progress and one at hand, and gains nothing from batches', async () => {
  const { engine } = await open({ workers: 3 });
  expect(engine).toMatchObject({ device: 'cpu', concurrency: 6, batchSize: 1 });
});

test('overlapping runs of several models each get their own result', async () => {
  const { engine } = await open();
  const sessions = await Promise.all([engine.load(doubling()), engine.load(doubling())]);
  const values = Array.from({ length: 40 }, (_, index) => index);
  const results = await Promise.all(values.map(async (value) => run(sessions[value % 2]!, value)));
  expect(results).toEqual(values.map((value) => [2 * value]));
});

test('takes the input buffers, and leaves a buffer of which the input is a view', async () => {
  const { engine } = await open({ workers: 1 });
  const session = await engine.load(doubling());
  const own = Float32Array.of(1, 2);
  const pool = Float32Array.of(3, 4, 5);
  await session.run({ x: { type: 'float32', shape: [2], data: own } });
  const result = await session.run({ x: { type: 'float32', shape: [1], data: pool.subarray(1, 2) } }, ['y']);
  expect(own).toHaveLength(0);
  expect(pool).toEqual(Float32Array.of(3, 4, 5));
  expect(result.y?.data).toEqual(Float32Array.of(8));
});

test.each([
  [
    'a model that is none',
    'load-failed',
    async (session: Session, load: (bytes: Uint8Array) => Promise<Session>) => load(Uint8Array.of(1, 2, 3)),
  ],
  ['an input that is missing', 'run-failed', async (session: Session) => session.run({})],
  [
    'a shape that does not fit the data',
    'run-failed',
    async (session: Session) => session.run({ x: { type: 'float32', shape: [3], data: new Float32Array(2) } }),
  ],
  ['an output that does not exist', 'run-failed', async (session: Session) => session.run(vector(1), ['w'])],
])('%s is the error %s, and the worker goes on', async (_what, code, action) => {
  const { engine } = await open({ workers: 1 });
  const session = await engine.load(doubling());
  await expect(action(session, async (bytes) => engine.load(bytes))).rejects.toMatchObject({
    name: 'EngineError',
    code,
  });
  expect(await run(session, 4)).toEqual([8]);
});

test('a released session runs no more; others do', async () => {
  const { engine } = await open();
  const [released, kept] = await Promise.all([engine.load(doubling()), engine.load(doubling())]);
  await released.release();
  await released.release();
  await expect(run(released, 1)).rejects.toMatchObject({ code: 'closed' });
  expect(await run(kept, 1)).toEqual([2]);
});

test('refuses more waiting runs than it may hold, and finishes those it took', async () => {
  const { engine } = await open({ workers: 1 });
  const session = await engine.load(doubling());
  const results = await Promise.allSettled(Array.from({ length: 70 }, async (_, index) => run(session, index)));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array.from({ length: 4 }, () => 'overloaded'));
  expect(results.slice(0, 66).every((result) => result.status === 'fulfilled')).toBe(true);
});

test('auto falls back to the CPU where there is no other device, and says why', async () => {
  const { engine, lines } = await open({ device: 'auto' });
  const refusals = lines.filter((line) => line.startsWith('The device'));
  expect(lines.at(-1)).toBe(`Inference runs on ${engine.device}.`);
  if (engine.device === 'cpu')
    expect(refusals).toEqual([expect.stringMatching(/^The device cuda cannot be used: .+\. It needs an NVIDIA GPU/)]);
});

test('a named device that cannot start is unavailable, with the reason', async () => {
  const { workers, spawn } = recordWorkers();
  const withoutGpu = (settings: WorkerSettings): Worker => spawn({ ...settings, provider: 'absent' as 'cuda' });
  await expect(openOrtEngine({ device: 'cuda', spawn: withoutGpu })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'unavailable',
    message: expect.stringMatching(/^The device cuda cannot be used: .*absent.*\. It needs an NVIDIA GPU/),
  });
  expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
});

test('a worker that dies is replaced, and the models run on the new one', async () => {
  const { workers, spawn } = recordWorkers();
  const { engine, lines } = await open({ workers: 1, spawn });
  const session = await engine.load(doubling());
  await workers[0]!.terminate(); // Idle: nothing runs that this could abort.
  expect(await run(session, 21)).toEqual([42]);
  expect(workers).toHaveLength(2);
  expect(lines).toContain('An inference worker died (exit code 1); the next one starts in 0.1 s.');
});

test('the run of a worker that dies rejects, and the next run has a new worker', async () => {
  // Answers every call but dies of the first run.
  const dying = `
    const { parentPort } = require('node:worker_threads');
    parentPort.on('message', ({ call, request }) => {
      if (request.type === 'run') throw new Error('out of luck');
      if (request.type === 'stop') parentPort.close();
      parentPort.postMessage({ call, outputs: {} });
    });`;
  let started = 0;
  const spawn = (settings: WorkerSettings) =>
    started++ === 0 ? new Worker(dying, { eval: true }) : realWorker(settings);
  const { engine, lines } = await open({ workers: 1, spawn });
  const session = await engine.load(doubling());
  await expect(run(session, 1)).rejects.toMatchObject({
    name: 'EngineError',
    code: 'worker-died',
    message: 'An inference worker died (out of luck).',
  });
  expect(await run(session, 1)).toEqual([2]);
  expect(lines.join()).toContain('out of luck');
});

test('closing during runs rejects them and leaves no thread', async () => {
  const { workers, spawn } = recordWorkers();
  const { engine } = await open({ spawn });
  const session = await engine.load(slow(512, 20));
  const input = (): Tensors => ({ x: { type: 'float32', shape: [512, 512], data: new Float32Array(512 * 512) } });
  const runs = Promise.allSettled([session.run(input()), session.run(input()), session.run(input())]);
  await engine.close();
  const outcomes = (await runs).map((result) => (result.status === 'rejected' ? result.reason.code : result.status));
  expect(outcomes).toEqual(['closed', 'closed', 'closed']);
  await expect(session.run(input())).rejects.toMatchObject({ code: 'closed' });
  await expect(engine.load(doubling())).rejects.toMatchObject({ code: 'closed' });
  expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
});
