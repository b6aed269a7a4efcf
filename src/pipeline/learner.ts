import os from 'node:os';

import type { Engine } from '../core/engine.ts';
import type { LearningProgress } from '../core/status.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import type { DataSet } from '../learn/data-set.ts';
import { learnModel } from '../learn/learn-model.ts';
import type { LayersModel } from '../model/layers-model.ts';
import type { ModelCard } from '../model/model-card.ts';

/** Learning gives way to the live cameras: its thread runs at this niceness. */
const learningNice = 10;

export interface LearnRequest {
  readonly set: DataSet;
  readonly folder: string;
  /** What the model card names as the origin of the footage. */
  readonly source: string;
  readonly onProgress: (progress: LearningProgress) => void;
}

/** Learns models one after the other: two at once would take twice the memory and finish no sooner. */
export class Learner {
  readonly #pipeline: Pick<Pipeline, 'learning' | 'alerts'>;
  readonly #inference: Engine<LayersModel>;
  readonly #signal: AbortSignal;
  #last: Promise<unknown> = Promise.resolve();

  constructor(pipeline: Pick<Pipeline, 'learning' | 'alerts'>, inference: Engine<LayersModel>, signal: AbortSignal) {
    this.#pipeline = pipeline;
    this.#inference = inference;
    this.#signal = signal;
  }

  /** Resolves when nothing is being learned. */
  get idle(): Promise<unknown> {
    return this.#last;
  }

  /** Rejects with the signal's reason when it was aborted before the training began: no model is written. */
  async learn(request: LearnRequest): Promise<ModelCard> {
    return this.#inTurn(async () => this.#learn(request));
  }

  /** The same, unless the model `isThere` when its turn comes: another camera may have learned it in the meantime. */
  async learnUnless(isThere: () => Promise<boolean>, request: LearnRequest): Promise<ModelCard | undefined> {
    return this.#inTurn(async () => ((await isThere()) ? undefined : this.#learn(request)));
  }

  async #inTurn<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#last.then(job);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #learn({ set, folder, source, onProgress }: LearnRequest): Promise<ModelCard> {
    const { learning, alerts } = this.#pipeline;
    this.#signal.throwIfAborted();
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
          falseAlarmsPerDay: alerts.falseAlarmsPerDay,
          smoothingSeconds: alerts.smoothingSeconds,
          source,
          signal: this.#signal,
          onProgress,
        },
      );
    } finally {
      await training.close();
    }
  }
}
