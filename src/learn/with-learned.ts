import { mkdtemp, rm } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';

import { openEngine } from '../engine/open-engine.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { loadModel } from '../model/model-folder.ts';
import type { DataSet } from './data-set.ts';
import { learnModel } from './learn-model.ts';
import type { LearnEngines, LearnOptions } from './learn-model.ts';

/** A model learned for one piece of work, and the engine to run it; nothing is kept. */
export const withLearned = async <T>(
  set: DataSet,
  options: LearnOptions,
  work: (learned: Awaited<ReturnType<typeof loadModel>>, engine: LearnEngines['inference']) => Promise<T>,
): Promise<T> =>
  withEngines(async (engines) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-eval-'));
    try {
      await learnModel(set, folder, engines, options);
      return await work(await loadModel(folder), engines.inference);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

/** Engines for one piece of work: all processors train, one runs the model, so that its time a frame is one core's. */
export const withEngines = async <T>(work: (engines: LearnEngines) => Promise<T>): Promise<T> => {
  const inference = await openEngine({ name: 'onnxruntime', device: 'cpu', workers: 1, log: () => undefined });
  const training = await openOrtEngine({ device: 'cpu', workers: 1, threads: os.availableParallelism() });
  try {
    return await work({ training, inference });
  } finally {
    await Promise.all([inference.close(), training.close()]);
  }
};
