import { Subject, mergeMap } from 'rxjs';
import type { Observable } from 'rxjs';

import type { Frame } from '../core/frame.ts';
import { preciseNow } from '../core/frame.ts';
import type { Tensors } from '../core/tensor.ts';
import { batchMap } from '../stream/batch-map.ts';
import type { BatchDropReason } from '../stream/batch-map.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { encodeFrames, joinRows } from '../task/encode.ts';
import type { LoadedModel } from './models.ts';

/** Which of a camera's frames: those that are analysed, or those that are watched. */
export type StreamName = 'analysis' | 'live';

/** A frame that waits for its model. The queue owns the frame until it comes out of `results$` or is dropped. */
export interface Work {
  readonly frame: Frame;
  readonly stream: StreamName;
  readonly jobs: readonly Job[];
  readonly queuedAt: number;
}

/** One model that is to see the frame. */
export interface Job {
  readonly model: LoadedModel;
  readonly task: Pick<CameraTask, 'fetches' | 'inputs' | 'givesAway'>;
}

/** What one model gave for a frame: the outputs of the whole batch, and the frame's place in it. */
interface Answer {
  readonly outputs: Tensors;
  readonly index: number;
}

/** What the models gave for a frame. */
export interface Inferred {
  readonly work: Work;
  /** One for each job; undefined where its run failed. Not all are. */
  readonly answers: readonly (Answer | undefined)[];
  readonly queuedMs: number;
  readonly inferenceMs: number;
}

type DropReason = BatchDropReason | 'engine-error';

export interface InferenceOptions {
  readonly batchSize: number;
  readonly concurrency: number;
  /**
   * Called once for each frame that gets no result, before it is released: `engine-error` when all of its runs failed.
   */
  readonly onDrop: (work: Work, reason: DropReason) => void;
  /** Told of each failed run, for as long as anybody wants results: an engine that closes afterwards is no news. */
  readonly onError: (error: unknown) => void;
}

export interface InferenceQueue {
  readonly results$: Observable<Inferred>;
  /** Frames that wait for a run. */
  readonly length: number;
  push(work: Work): void;
}

interface Asked {
  readonly work: Work;
  readonly job: Job;
  answer: Answer | undefined;
}

/**
 * The one queue before the engine. It keeps at most the newest frame of each camera and stream, and one of each in
 * flight. They take turns: a frame that is analysed waits for one run of each picture that is watched at most, however
 * many come.
 */
export const inferenceQueue = ({ batchSize, concurrency, onDrop, onError }: InferenceOptions): InferenceQueue => {
  const work$ = new Subject<Work>();
  let length = 0;
  const drop = (work: Work, reason: DropReason): void => {
    onDrop(work, reason);
    work.frame.release();
  };

  /** One run of a model for all that need it. Answers are undefined when it failed. */
  const runGroup = async (model: LoadedModel, all: readonly Asked[]): Promise<void> => {
    const rows: Tensors[] = [];
    // A task that cannot say what goes in harms its own frame only.
    const group = all.filter(({ job, work }) => {
      try {
        return rows.push(job.task.inputs(work.frame));
      } catch (error) {
        onError(error);
        return false;
      }
    });
    if (group.length === 0) return;
    try {
      const fetches = [...new Set(group.flatMap(({ job }) => job.task.fetches))];
      const inputs = {
        ...encodeFrames(group.map(({ work }) => work.frame)),
        ...joinRows(rows, group[0]!.job.task.givesAway),
      };
      const outputs = await model.session.run(inputs, fetches);
      for (const [index, asked] of group.entries()) asked.answer = { outputs, index };
    } catch (error) {
      if (work$.observed) onError(error);
    }
  };

  const run = async (batch: readonly Work[]): Promise<Inferred[]> => {
    length -= batch.length;
    const startedAt = preciseNow();
    const asked = batch.map((work) => work.jobs.map((job): Asked => ({ work, job, answer: undefined })));
    const groups = new Map<LoadedModel, Asked[]>();
    for (const each of asked.flat()) {
      const group = groups.get(each.job.model);
      if (group) group.push(each);
      else groups.set(each.job.model, [each]);
    }
    await Promise.all([...groups].map(async ([model, group]) => runGroup(model, group)));
    const inferenceMs = preciseNow() - startedAt;
    return batch.flatMap((work, at) => {
      const answers = (asked[at] ?? []).map(({ answer }) => answer);
      if (answers.some(Boolean)) return [{ work, answers, queuedMs: startedAt - work.queuedAt, inferenceMs }];
      drop(work, 'engine-error');
      return [];
    });
  };

  const results$ = work$.pipe(
    batchMap(async (batch: readonly Work[]) => run(batch), {
      batchSize,
      concurrency,
      key: ({ frame, stream }) => `${stream} ${frame.camera}`,
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
