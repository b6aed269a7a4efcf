import { initialState } from '../model/camera-model.ts';
import { openTask } from '../task/open-task.ts';
import type { DataSet } from './data-set.ts';
import { withLearned } from './with-learned.ts';
import type { LearnOptions } from './learn-model.ts';
import { runTask } from './run-task.ts';
import type { TaskAnswer } from './run-task.ts';

/** What every measurement of made pictures tells. */
export interface PictureEvaluation {
  readonly trainFrames: number;
  readonly testFrames: number;
  readonly trainSeconds: number;
  readonly msPerFrame: number;
}

export interface Shown {
  readonly index: number;
  /** The test frame, and what was made of it for the model to see. */
  readonly truth: Uint8Array;
  readonly shown: Uint8Array;
}

/**
 * Learns from `training`, then shows the model every frame of `test` as `disturb` gives it. `onFrame` is told what the
 * task says of it; pictures are valid during the call only.
 */
export const evaluatePictures = async (
  { training, test }: { readonly training: DataSet; readonly test: DataSet },
  options: LearnOptions,
  disturb: (truth: Uint8Array) => Uint8Array,
  onFrame: (said: TaskAnswer, frame: Shown) => void,
): Promise<PictureEvaluation> =>
  withLearned(training, options, async ({ model, card }, engine) => {
    const session = await engine.load(model);
    const task = openTask(card, initialState(model))!;
    let seconds = 0;
    try {
      for (let index = 0; index < test.count; index++) {
        options.signal?.throwIfAborted();
        const truth = test.at(index);
        const shown = disturb(truth);
        const startedAt = performance.now();
        const said = await runTask(session, task, { ...test, data: shown, capturedAt: 0 });
        seconds += (performance.now() - startedAt) / 1000;
        onFrame(said, { index, truth, shown });
      }
    } finally {
      await session.release();
    }
    return {
      trainFrames: training.count,
      testFrames: test.count,
      trainSeconds: card.training.seconds,
      msPerFrame: (1000 * seconds) / test.count,
    };
  });
