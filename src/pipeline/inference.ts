import { Subject, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';

import type { Frame } from '../core/frame.ts';
import { preciseNow } from '../core/frame.ts';
import type { Tensors } from '../core/tensor.ts';
import { batchMap } from '../stream/batch-map.ts';
import { encodeFrames } from '../task/encode.ts';
import type { LoadedModel } from './models.ts';

/** A frame that waits for its model. The queue owns the frame until it comes out of `results$` or is dropped. */
export interface Work {
  readonly frame: Frame;
  readonly model: LoadedModel;
  readonly fetches: readonly string[];
  readonly queuedAt: number;
}

/** What the model gave for a frame: the outputs of the whole batch, and the frame's place in it. */
export interface Inferred {
  readonly work: Work;
  readonly outputs: Tensors;
  readonly index: number;
  readonly queuedMs: number;
  readonly inferenceMs: number;
}

export interface InferenceOptions {
  readonly batchSize: number;
  readonly concurrency: number;
  /** Called once for each frame that gets no result, before it is released. */
  readonly onDrop: (frame: Frame, reason: string) => void;
  /** Told of each failed run, for as long as anybody wants results: an engine that closes afterwards is no news. */
  readonly onError: (error: unknown) => void;
}

export interface InferenceQueue {
  readonly results$: Observable<Inferred>;
  /** Frames that wait for a run. */
  readonly length: number;
  push(work: Work): void;
}

/** The one queue before the engine. It keeps at most the newest frame of each camera, and one of each in flight. */
export const inferenceQueue = ({ batchSize, concurrency, onDrop, onError }: InferenceOptions): InferenceQueue => {
  const work$ = new Subject<Work>();
  let length = 0;
  const drop = (work: Work, reason: string): void => {
    onDrop(work.frame, reason);
    work.frame.release();
  };

  const runGroup = async (group: readonly [Work, ...Work[]]): Promise<Inferred[]> => {
    const startedAt = preciseNow();
    try {
      const fetches = [...new Set(group.flatMap((work) => work.fetches))];
      const outputs = await group[0].model.session.run(encodeFrames(group.map((work) => work.frame)), fetches);
      const inferenceMs = preciseNow() - startedAt;
      return group.map((work, index) => ({
        work,
        outputs,
        index,
        queuedMs: startedAt - work.queuedAt,
        inferenceMs,
      }));
    } catch (error) {
      for (const work of group) drop(work, 'engine-error');
      if (work$.observed) onError(error);
      return [];
    }
  };

  const run = async (batch: readonly Work[]): Promise<Inferred[]> => {
    length -= batch.length;
    const groups = new Map<LoadedModel, [Work, ...Work[]]>();
    for (const work of batch) {
      const group = groups.get(work.model);
      if (group) group.push(work);
      else groups.set(work.model, [work]);
    }
    return (await Promise.all([...groups.values()].map(runGroup))).flat();
  };

  const results$ = work$.pipe(
    batchMap(async (batch: readonly Work[]) => run(batch), {
      batchSize,
      concurrency,
      key: (work) => work.frame.camera,
      onDrop: (work, reason) => {
        length--;
        drop(work, reason);
      },
    }),
    mergeMap((results) => results),
  );
  return {
    results$,
    get length() {
      return length;
    },
    push(work) {
      length++;
      work$.next(work);
    },
  };
};
