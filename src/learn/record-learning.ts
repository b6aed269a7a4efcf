import type { Engine } from '../core/engine.ts';
import type { AnomalyMap } from '../core/prediction.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { LearningRecord } from '../model/learning-record.ts';
import type { ModelCard } from '../model/model-card.ts';
import { openTask } from '../task/open-task.ts';
import type { Part } from './data-set.ts';
import type { FitResult } from './fit.ts';
import { playThrough } from './play-through.ts';
import { peaksOf, recordFrame } from './record-frame.ts';

const worstFrames = 6;

/** The record of a training; for an anomaly model with the scores that the finished model gives the held-back frames. */
export const recordLearning = async (
  engine: Engine<CameraModel>,
  { model, card }: { readonly model: CameraModel; readonly card: ModelCard },
  heldBack: Part,
  { history, stoppedBy }: Pick<FitResult, 'history' | 'stoppedBy'>,
  minSeconds = 0,
): Promise<LearningRecord> => {
  const record: LearningRecord = { version: 1, history: [...history], stoppedBy };
  const task = card.task === 'anomaly' && openTask(card, initialState(model));
  if (!task) return record;
  const scores: number[] = [];
  const maps: AnomalyMap[] = [];
  const session = await engine.load(model);
  try {
    for await (const { predScore = 0, anomalyMap } of playThrough(session, task, heldBack)) {
      scores.push(Number(predScore.toPrecision(6)));
      if (anomalyMap) maps.push({ ...anomalyMap, values: anomalyMap.values.slice() });
    }
  } finally {
    await session.release();
  }
  const worst = peaksOf(scores, heldBack.framesPerSecond, worstFrames).map((place) =>
    recordFrame(heldBack.origin[place]!, scores[place]!, { ...heldBack, data: heldBack.at(place) }, maps[place]!),
  );
  return { ...record, heldBack: { minSeconds, frames: [...heldBack.origin], scores, worst } };
};
