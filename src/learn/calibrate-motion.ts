import type { Session } from '../core/engine.ts';
import { DataError } from '../core/errors.ts';
import type { MotionCalibration } from '../model/model-card.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialState } from '../model/camera-model.ts';
import { leastFrames } from '../task/calibration.ts';
import { leastScales } from '../task/follow-scales.ts';
import { createMotionScorer } from '../task/motion-scorer.ts';
import { quantileOf, thresholdOf } from '../task/threshold.ts';
import type { CalibrateOptions } from './calibrate-model.ts';
import type { DataSet } from './data-set.ts';
import { playThrough } from './play-through.ts';

/** Each channel is scaled by this quantile of its score. */
const scaleQuantile = 0.99;

/** Of scaled channels: a score of less is none, and nothing is measured by it. */
const leastScore = 1e-3;

/**
 * Sets the scales of a motion model's channels from normal footage that it was not trained on, and its threshold from all
 * footage: rare events need as much of it as there is. On the footage it was trained on a model scores a little lower, so
 * those scores are raised by the ratio of both 90 % quantiles.
 */
export const calibrateMotion = async (
  session: Session,
  model: CameraModel,
  { training, heldBack }: { readonly training: DataSet; readonly heldBack: DataSet },
  { falseAlarmsPerDay, smoothingSeconds, minSeconds, onProgress }: CalibrateOptions,
): Promise<MotionCalibration> => {
  const { framesPerSecond } = heldBack;
  const total = training.count + 2 * heldBack.count;
  let done = 0;
  const play = async function* (scales: MotionCalibration['scales'], set: DataSet) {
    const scorer = createMotionScorer({ scales, framesPerSecond, smoothingSeconds, threshold: 1 }, initialState(model));
    for await (const said of playThrough(session, scorer, set)) {
      onProgress?.(++done / total);
      if (set.continues(said.index)) yield said;
    }
  };
  const scoresOf = async (scales: MotionCalibration['scales'], set: DataSet): Promise<number[]> => {
    const scores: number[] = [];
    for await (const { predScore = 0, sceneChange } of play(scales, set)) if (!sceneChange) scores.push(predScore);
    return scores;
  };

  const channels: number[][] = [[], [], []];
  for await (const { outputs } of play([1, 1, 1], heldBack)) {
    const values = outputs['channel_scores']?.data as Float32Array;
    for (const [channel, scores] of channels.entries()) scores.push(values[channel]!);
  }
  const [expectation = 1, speed = 1, presence = 1] = channels.map((scores, channel) =>
    Math.max(leastScales[channel]!, quantileOf(scores, scaleQuantile)),
  );
  const scales: MotionCalibration['scales'] = [expectation, speed, presence];

  const unseen = await scoresOf(scales, heldBack);
  const seen = await scoresOf(scales, training);
  for (const scores of [unseen, seen])
    if (scores.length < leastFrames)
      throw new DataError(
        'too-few',
        `Expected at least ${leastFrames} frames of one scene to set the threshold from, found ${scores.length}: in all others the whole scene changes. Learn while the camera stands still.`,
      );
  const ratio = Math.max(1, quantileOf(unseen, 0.9) / Math.max(leastScore, quantileOf(seen, 0.9)));
  const found = thresholdOf([...unseen, ...seen.map((score) => ratio * score)], {
    falseAlarmsPerDay,
    framesPerSecond,
    minSeconds,
  });
  return { scales, ...found, falseAlarmsPerDay, framesPerSecond, smoothingSeconds };
};
