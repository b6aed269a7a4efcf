import type { TaskName } from '../core/status.ts';
import type { Tensors } from '../core/tensor.ts';
import { createErrorTask } from './anomaly.ts';
import type { Calibration } from './calibration.ts';
import type { CameraTask } from './camera-task.ts';
import { createColorizer } from './colorize.ts';
import { createDenoiser, createReconstructor } from './denoise.ts';
import { createMotionScorer } from './motion-scorer.ts';
import type { MotionScoring } from './motion-scorer.ts';

interface TaskDescription {
  readonly task: TaskName;
  readonly architecture: string;
  readonly calibration?: Calibration | MotionScoring | undefined;
}

/**
 * A camera's own use of a model with this card; `state` is the model's initial one. Undefined for an anomaly model that
 * was never calibrated: it has no scores to give.
 */
export const openTask = (
  { task, architecture, calibration }: TaskDescription,
  state: Tensors,
): CameraTask | undefined => {
  if (architecture === 'denoiser') return createDenoiser(state);
  if (task === 'denoise') return createReconstructor();
  if (task === 'colorize') return createColorizer();
  if (!calibration) return undefined;
  return 'scales' in calibration ? createMotionScorer(calibration, state) : createErrorTask(calibration, state);
};
