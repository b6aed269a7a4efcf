import type { Frame } from '../core/frame.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { Tensors } from '../core/tensor.ts';

/**
 * One camera's use of one model: what goes in with each frame and what the outputs say. It keeps the camera's state, so
 * the frames must come in order, each `decode`d before the next `inputs` is asked for.
 */
export interface CameraTask {
  /** The outputs it needs. */
  readonly fetches: readonly string[];
  /** Whether its inputs may be moved to another thread: it makes new ones, and begins anew when a run failed. */
  readonly givesAway?: boolean;
  /** What the model takes beside `frames`, each [1, ...]; the tensors stay the task's own unless it gives them away. */
  inputs(frame: Omit<Frame, 'camera' | 'sequence' | 'release'>): Tensors;
  /** Reads row `index` of the outputs of a batch. Views of them are valid as long as the outputs. */
  decode(
    outputs: Tensors,
    index: number,
    frame: Pick<Frame, 'capturedAt' | 'data' | 'width' | 'height'>,
  ): Partial<
    Pick<Prediction, 'predScore' | 'anomalyMap' | 'sceneChange' | 'sceneKind' | 'colorized'> &
      Pick<LivePicture, 'denoised'>
  >;
}
