import { mkdtemp, rm } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import type { LearningProgress } from '../core/status.ts';
import { openEngine } from '../engine/open-engine.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { loadModel } from '../model/model-folder.ts';
import { collectFootage } from './collect-footage.ts';
import type { DataSet } from './data-set.ts';
import { clipsIn, evaluateAnomaly } from './evaluate-anomaly.ts';
import type { AnomalyEvaluation } from './evaluate-anomaly.ts';
import { learnModel } from './learn-model.ts';
import type { LearnEngines, LearnOptions } from './learn-model.ts';

/** As a pipeline file has them by default; the tests' footage is short, so a fifth of it is held back. */
export const evaluationDefaults = {
  task: 'anomaly',
  batch: 4,
  noise: 0.05,
  patience: 10,
  validationShare: 0.2,
  falseAlarmsPerDay: 1,
  smoothingSeconds: 0.15,
  minSeconds: 0.4,
} as const;

/** From what a model is learned to be measured, and for how long. */
export interface EvaluationPlan {
  readonly train: string;
  readonly minutes: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LearningProgress) => void;
}

/** How a plan's model is learned; its task and its architecture are still to be named. */
export const evaluationOptions = ({ train, minutes, seed, signal, onProgress }: EvaluationPlan) => ({
  ...evaluationDefaults,
  seed,
  maxMinutes: minutes,
  source: train,
  ...(signal && { signal }),
  ...(onProgress && { onProgress }),
});

interface Plan extends EvaluationPlan {
  /** Folder of clips to score, file of labels, folder of masks; `train` is a folder of clips of normal life. */
  readonly test: string;
  readonly labels: string;
  readonly masks?: string | undefined;
  readonly footage: FootageOptions;
  readonly architecture: LearnOptions['architecture'];
}

export interface LearnedEvaluation extends AnomalyEvaluation {
  readonly trainFrames: number;
  readonly trainSeconds: number;
}

/** Learns from the normal clips, then scores the test clips as if live. Rejects with DataError for data that does not fit. */
export const learnAndEvaluate = async (plan: Plan, ffmpeg: Ffmpeg): Promise<LearnedEvaluation> => {
  const { train, footage, architecture, signal } = plan;
  const set = await collectFootage([...(await clipsIn(train)).values()], footage, ffmpeg, signal);
  return withLearned(set, { ...evaluationOptions(plan), architecture }, async (learned, engine) => {
    const result = await evaluateAnomaly(learned, plan, footage, { engine, ffmpeg });
    return { ...result, trainFrames: set.count, trainSeconds: learned.card.training.seconds };
  });
};

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
