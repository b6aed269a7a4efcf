import type { Prediction } from '../core/prediction.ts';
import type { Tensors } from '../core/tensor.ts';
import { CarriedState } from './carried-state.ts';
import type { CameraTask } from './camera-task.ts';
import type { Calibration } from './calibration.ts';
import { errorMapOf } from './decode.ts';
import { FrameScore } from './frame-score.ts';

/** Scores the frames of one camera, in the order they were captured. */
interface AnomalyScorer {
  /** `errorMap`: rows x cols mean squared errors, read during the call only; `capturedAt`: the frame's, in ms. */
  score(errorMap: Float32Array, capturedAt: number): Required<Pick<Prediction, 'predScore' | 'anomalyMap'>>;
}

/**
 * `predScore` is the smoothed score and `anomalyMap` the cells of this frame, both divided by the threshold: 1.0 is where
 * an alarm starts. Below the mean of normal footage they are negative. Each camera needs a scorer of its own.
 */
export const createAnomalyScorer = (calibration: Calibration): AnomalyScorer => {
  const { rows, cols, threshold, smoothingSeconds } = calibration;
  const score = new FrameScore(calibration, smoothingSeconds);
  return {
    score(errorMap, capturedAt) {
      const predScore = score.next(errorMap, capturedAt) / threshold;
      return { predScore, anomalyMap: { rows, cols, values: score.cells.map((cell) => cell / threshold) } };
    },
  };
};

/** So many frames a model with a memory sees before its error means something. */
const warmUpFrames = 8;

/** The same for the outputs of a model that has an error map; `state` is the model's initial one. */
export const createErrorTask = (calibration: Calibration, state: Tensors): CameraTask => {
  const scorer = createAnomalyScorer(calibration);
  const carried = new CarriedState(state);
  let warmUp = carried.isEmpty ? 0 : warmUpFrames;
  return {
    fetches: ['error_map', ...carried.fetches],
    inputs: () => carried.tensors,
    decode(outputs, index, { capturedAt }) {
      carried.keep(outputs, index);
      if (warmUp > 0) {
        warmUp--;
        const { rows, cols } = calibration;
        return { predScore: 0, anomalyMap: { rows, cols, values: new Float32Array(rows * cols) } };
      }
      return scorer.score(errorMapOf(outputs, index), capturedAt);
    },
  };
};
