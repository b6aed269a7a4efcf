import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Tensors } from '../../src/core/tensor.ts';

type Reply = { readonly id: number } & ({ readonly tensors: Tensors } | { readonly error: string });

const pending = new Map<number, { resolve: (tensors: Tensors) => void; reject: (error: Error) => void }>();
const graphIds = new WeakMap<Uint8Array, number>();
let worker: Worker | undefined;
let count = 0;

const start = (): Worker => {
  const started = new Worker(new URL('./run-onnx-worker.js', import.meta.url));
  started.on('message', (reply: Reply) => {
    const { resolve, reject } = pending.get(reply.id)!;
    pending.delete(reply.id);
    if ('error' in reply) reject(new Error(reply.error));
    else resolve(reply.tensors);
  });
  started.on('error', (error) => {
    for (const { reject } of pending.values()) reject(error);
  });
  return started;
};

/**
 * Runs an ONNX graph once on the CPU and returns all its outputs; rejects with ONNX Runtime's message. A second run of
 * the same `graph` object reuses its session. Call `closeOnnx` in afterAll.
 */
export const runOnnx = (graph: Uint8Array, feeds: Tensors): Promise<Tensors> => {
  worker ??= start();
  const known = graphIds.get(graph);
  const graphId = known ?? count++;
  graphIds.set(graph, graphId);
  const id = count++;
  worker.postMessage({ type: 'run', id, graphId, graph: known === undefined ? graph : undefined, feeds });
  return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
};

/** Ends the thread behind `runOnnx`; graphs run before cannot be run again. */
export const closeOnnx = async (): Promise<void> => {
  if (worker === undefined) return;
  const exited = once(worker, 'exit');
  worker.postMessage({ type: 'close' });
  worker = undefined;
  await exited;
};
