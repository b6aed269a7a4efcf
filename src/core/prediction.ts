import type { Frame } from './frame.ts';
import type { SceneKind } from './status.ts';

/** A coarse map over the picture, row by row; 1.0 is the threshold of a cell. */
export interface AnomalyMap {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
}

/** What the models said about one analysed frame. Its pictures are valid only during the synchronous `next` call. */
export interface Prediction {
  readonly frame: Frame;
  /** Smoothed anomaly score; 1.0 is the calibrated threshold. Absent when the camera has no anomaly task. */
  readonly predScore?: number;
  /** True while the condition of the whole scene is changing (light, infrared, camera knocked): predScore means nothing then. */
  readonly sceneChange?: boolean;
  /** What changes it: absent in the first seconds of a change, and when it is none. */
  readonly sceneKind?: SceneKind;
  readonly anomalyMap?: AnomalyMap;
  /** The gray picture of a camera in colours that it learned by day, rgb24: synthetic. Absent where the picture has its own. */
  readonly colorized?: Uint8Array;
  /** Milliseconds the frame waited before its run, and the run itself took. */
  readonly queuedMs: number;
  readonly inferenceMs: number;
}

/**
 * One live picture of a camera, in the size and rate for watching. Each frame comes at most once, in order: at once
 * where only raw pictures are watched, else when it was denoised. `frame.data` and `denoised` are valid only during the
 * synchronous `next` call.
 */
export interface LivePicture {
  readonly frame: Frame;
  /**
   * The same picture without its noise, same shape and format. Absent while nobody watches it, no model is there, or a
   * run failed.
   */
  readonly denoised?: Uint8Array;
}
