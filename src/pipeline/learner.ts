import { existsSync, statSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { Engine } from '../core/engine.ts';
import { ModelError, messageOf } from '../core/errors.ts';
import type { LearningProgress, TaskName } from '../core/status.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { isAutoencoder } from '../config/schema.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import type { DataSet } from '../learn/data-set.ts';
import { learnModel } from '../learn/learn-model.ts';
import { saveFootage } from '../learn/saved-footage.ts';
import type { PreviousModel, Start } from '../learn/relearn.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { ModelCard } from '../model/model-card.ts';
import { loadModel, loadRecord } from '../model/model-folder.ts';
import { readNormalFootage } from './normal-footage.ts';

/** Learning gives way to the live cameras: its thread runs at this niceness. */
const learningNice = 10;

export interface LearnRequest {
  readonly set: DataSet;
  /** The camera's model folder: each task's model is a folder in it. */
  readonly folder: string;
  readonly tasks: readonly TaskName[];
  /** Whether the footage lies in `folder` already, from a learning that was cut off: what that had finished is not learned again. */
  readonly isResumed?: boolean;
  /** Whether to go on from the models that are there; random weights by default. */
  readonly start?: Start | undefined;
  /** Files of footage that a person judged normal. */
  readonly normalFootage?: readonly string[];
  /** What the model card names as the origin of the footage. */
  readonly source: string;
  /** Ends this learning alone, and keeps nothing of it: a model that was being trained is let go. */
  readonly cancel?: AbortSignal | undefined;
  readonly onProgress: (progress: LearningProgress) => void;
  /** Told when a training goes on where it was cut off, and when its footage cannot be kept for that. */
  readonly onNote?: (note: string) => void;
  /** Told of each model as soon as it can be used. */
  readonly onLearned: (task: TaskName, card: ModelCard) => Promise<void> | void;
}

/** Where the footage of a learning is while it goes on. */
export const learningFootage = (folder: string): string => path.join(folder, '.learning.frames');

/** Where the model of a task is. */
export const taskFolder = (folder: string, task: TaskName): string => path.join(folder, task);

/** Whether the learning whose footage lies in `folder` had written its model of a task: it is newer than the footage. */
const isFinished = (folder: string, task: TaskName): boolean => {
  const writtenAt = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const footage = writtenAt(learningFootage(folder));
  const model = writtenAt(path.join(taskFolder(folder, task), 'model.json'));
  return footage !== undefined && model !== undefined && model > footage;
};

/** Learns models one after the other: two at once would take twice the memory and finish no sooner. */
export class Learner {
  readonly #pipeline: Pick<Pipeline, 'learning' | 'alerts'>;
  readonly #inference: Engine<CameraModel>;
  readonly #signal: AbortSignal;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pick<Pipeline, 'learning' | 'alerts'>, inference: Engine<CameraModel>, signal: AbortSignal) {
    this.#pipeline = pipeline;
    this.#inference = inference;
    this.#signal = signal;
  }

  /** Resolves when nothing is being learned. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  /**
   * Learns a model for each task, one after the other, except those that are there already when their turn comes (another
   * camera may have learned them meanwhile). One that fails does not keep the others from being learned: then it rejects
   * with the first failure. Rejects with the signal's reason when it was aborted before a training began, and with that of
   * `cancel` whenever it was aborted.
   */
  async learn(request: LearnRequest, isThere: (task: TaskName) => Promise<boolean> = async () => false): Promise<void> {
    const { cancel } = request;
    return this.#inTurn(cancel, async () => {
      this.#signal.throwIfAborted();
      const failures: unknown[] = [];
      let prepared: Promise<DataSet | undefined> | undefined;
      try {
        for (const task of request.tasks) {
          try {
            cancel?.throwIfAborted();
            if (await isThere(task)) continue;
            if (request.isResumed && isFinished(request.folder, task)) continue;
            prepared ??= this.#prepare(request);
            await request.onLearned(task, await this.#learn(task, request, await prepared));
          } catch (error) {
            this.#signal.throwIfAborted();
            cancel?.throwIfAborted();
            failures.push(error);
          }
        }
      } finally {
        await rm(learningFootage(request.folder), { force: true });
        // Only where nothing was learned.
        await rmdir(request.folder).catch(() => undefined);
      }
      if (failures.length > 0) throw failures[0];
    });
  }

  /** Keeps the footage against a crash (without that the learning goes on all the same); gives what was judged normal. */
  async #prepare(request: LearnRequest): Promise<DataSet | undefined> {
    const { folder, set, normalFootage = [], isResumed = false, onNote } = request;
    if (isResumed) return readNormalFootage(normalFootage, set, onNote);
    try {
      await mkdir(folder, { recursive: true });
      await saveFootage(learningFootage(folder), set);
    } catch (error) {
      onNote?.(`the footage cannot be kept, a crash would lose it: ${messageOf(error)}`);
    }
    return readNormalFootage(normalFootage, set, onNote);
  }

  /** Who cancels while others learn waits no longer, and its footage is forgotten. */
  async #inTurn<T>(cancel: AbortSignal | undefined, job: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const turn = new Promise<void>((resolve, reject) => {
      cancel?.addEventListener('abort', () => reject(cancel.reason as Error), { once: true });
      void before.then(() => resolve());
    });
    const done = turn.then(job);
    this.#last = Promise.allSettled([before, done]);
    return done;
  }

  async #learn(task: TaskName, request: LearnRequest, normal: DataSet | undefined): Promise<ModelCard> {
    const { set, source, start, onProgress, onNote } = request;
    const { learning, alerts } = this.#pipeline;
    this.#signal.throwIfAborted();
    const folder = taskFolder(request.folder, task);
    const previous = await previousModel(folder, start, onNote);
    const training = await openOrtEngine({
      device: 'cpu',
      workers: 1,
      threads: os.availableParallelism(),
      nice: learningNice,
    });
    try {
      return await learnModel(
        set,
        folder,
        { training, inference: this.#inference },
        {
          ...learning,
          task,
          architecture: architectureOf(task, learning.architecture),
          falseAlarmsPerDay: alerts.falseAlarmsPerDay,
          smoothingSeconds: alerts.smoothingSeconds,
          minSeconds: alerts.minSeconds,
          source,
          start,
          normal,
          previous,
          checkpoint: path.join(request.folder, `.${task}.checkpoint`),
          onResumed: (step) => onNote?.(`the training of ${task} goes on where it was cut off, at step ${step}`),
          signal: this.#signal,
          cancel: request.cancel,
          onProgress,
        },
      );
    } finally {
      await training.close();
    }
  }
}

/** Pictures are reconstructed by an autoencoder, whatever scores them. */
const architectureOf = (task: TaskName, chosen: Pipeline['learning']['architecture']) =>
  task !== 'anomaly' && !isAutoencoder(chosen) ? 'strided' : chosen;

/**
 * The model in a folder, if there is one. One that is of no use any more, because it was learned by another version, say,
 * is none; a fresh start takes one that cannot be read for none, too.
 */
const previousModel = async (
  folder: string,
  start: Start | undefined,
  onNote: LearnRequest['onNote'],
): Promise<PreviousModel | undefined> => {
  if (!existsSync(path.join(folder, 'model.json'))) return undefined;
  try {
    return { ...(await loadModel(folder)), record: await loadRecord(folder) };
  } catch (error) {
    const isOutdated = start === 'previous' && error instanceof ModelError && error.code === 'mismatch';
    if (start !== 'fresh' && !isOutdated) throw error;
    onNote?.(`the model that is there cannot be used, a new one takes its place: ${messageOf(error)}`);
    return undefined;
  }
};
