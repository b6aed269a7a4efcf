import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { BareLoop } from './bare-ort-worker.ts';

/** Starts a thread that runs a model and nothing else: the floor that engines are measured against. */
export const startBareLoop = (loop: BareLoop): Worker =>
  new Worker(new URL('../../dist/bench/bare-ort-worker.js', import.meta.url), { workerData: loop });

/** Lets the threads run for some milliseconds; resolves with the number of runs. */
export const bareRuns = async (workers: readonly Worker[], milliseconds: number): Promise<number> => {
  const counts = workers.map(async (worker) => {
    worker.postMessage(milliseconds, []);
    const [count] = (await once(worker, 'message')) as [number];
    return count;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
};

export const stopBareLoops = async (workers: readonly Worker[]): Promise<void> => {
  for (const worker of workers) worker.postMessage(null, []);
  await Promise.all(workers.map(async (worker) => once(worker, 'exit')));
};
