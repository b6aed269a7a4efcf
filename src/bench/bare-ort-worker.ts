// The yardstick of the engine and pipeline benchmarks: a loop around onnxruntime-node in a thread, with nothing in between.
import { parentPort, workerData } from 'node:worker_threads';

import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { Tensors } from '../core/tensor.ts';

/** What the thread is started with: an ONNX model and its inputs, the same in every run. */
export interface BareLoop {
  readonly model: Uint8Array;
  readonly inputs: Tensors;
}

const { model, inputs } = workerData as BareLoop;
const session = await InferenceSession.create(model, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const feeds = Object.fromEntries(
  Object.entries(inputs).map(([name, { type, data, shape }]) => [name, new Tensor(type, data, shape)]),
);

/** Asked for some milliseconds, runs for as long and answers with the number of runs; null ends the thread. */
parentPort?.on('message', (milliseconds: number | null) => void loop(milliseconds));

const loop = async (milliseconds: number | null): Promise<void> => {
  if (milliseconds === null) {
    await session.release();
    parentPort?.close();
    return;
  }
  let runs = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; runs++) await session.run(feeds);
  parentPort?.postMessage(runs, []);
};
