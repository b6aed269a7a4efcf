import type { Session } from '../core/engine.ts';
import type { MotionCalibration } from '../model/model-card.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialState } from '../model/camera-model.ts';
import { createMotionScorer } from '../task/motion-scorer.ts';
import { quantile, thresholdOf } from '../task/threshold.ts';
import type { CalibrateOptions } from './calibrate-model.ts';
import type { DataSet } from './data-set.ts';
import { playThrough } from './play-through.ts';

/** Each channel is scaled by this quantile of its score. */
const scaleQuantile = 0.99;

/**
 * Sets the scales of a motion model's channels, and its threshold, from normal footage that it was not trained on.
 * `scores` are those of the frames that follow another one, in the unit of the threshold, in time order.
 */
export const calibrateMotion = async (
  session: Session,
  model: CameraModel,
  heldBack: DataSet,
  { falseAlarmsPerDay, smoothingSeconds, onProgress }: CalibrateOptions,
): Promise<{ readonly calibration: MotionCalibration; readonly scores: readonly number[] }> => {
  const { framesPerSecond } = heldBack;
  const play = (scales: MotionCalibration['scales']) =>
    playThrough(
      session,
      createMotionScorer({ scales, framesPerSecond, smoothingSeconds, threshold: 1 }, initialState(model)),
      heldBack,
    );

  const channels: number[][] = [[], [], []];
  for await (const { index, outputs } of play([1, 1, 1])) {
    if (!heldBack.continues(index)) continue;
    const values = outputs['channel_scores']?.data as Float32Array;
    for (const [channel, scores] of channels.entries()) scores.push(values[channel]!);
    onProgress?.(index / heldBack.count / 2);
  }
  const [expectation = 1, speed = 1, presence = 1] = channels.map((scores) =>
    Math.max(1e-3, quantile(Float64Array.from(scores).sort(), scaleQuantile)),
  );
  const scales: MotionCalibration['scales'] = [expectation, speed, presence];

  const scores: number[] = [];
  for await (const { index, predScore = 0 } of play(scales)) {
    if (heldBack.continues(index)) scores.push(predScore);
    onProgress?.(0.5 + index / heldBack.count / 2);
  }
  const found = thresholdOf(scores, { falseAlarmsPerDay, framesPerSecond });
  return {
    calibration: { scales, ...found, falseAlarmsPerDay, framesPerSecond, smoothingSeconds },
    scores: scores.map((score) => score / found.threshold),
  };
};
