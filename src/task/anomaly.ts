import type { CameraTask } from './camera-task.ts';
import type { Calibration } from './calibration.ts';
import { errorMapOf } from './decode.ts';
import { FrameScore } from './frame-score.ts';

/**
 * Scores one camera by a model's error map (rows x cols mean squared errors). `predScore` is the smoothed score and
 * `anomalyMap` the cells of this frame, both divided by the threshold: 1.0 is where an alarm starts. Below the mean of
 * normal footage they are negative.
 */
export const createAnomalyScorer = (calibration: Calibration): CameraTask => {
  const { rows, cols, threshold, smoothingSeconds } = calibration;
  const score = new FrameScore(calibration, smoothingSeconds);
  return {
    fetches: ['error_map'],
    inputs: () => ({}),
    decode(outputs, index, { capturedAt }) {
      const predScore = score.next(errorMapOf(outputs, index), capturedAt) / threshold;
      return { predScore, anomalyMap: { rows, cols, values: score.cells.map((cell) => cell / threshold) } };
    },
  };
};
