import type { Frame } from './frame.ts';

/** A coarse map over the picture, row by row; 1.0 is the threshold of a cell. */
export interface AnomalyMap {
  readonly rows: number;
  readonly cols: number;
  readonly values: Float32Array;
}

/** What a model said about one frame. `frame.data` and `denoised` are valid only during the synchronous `next` call. */
export interface Prediction {
  readonly frame: Frame;
  /** Smoothed anomaly score; 1.0 is the calibrated threshold. Absent when the camera has no anomaly task. */
  readonly predScore?: number;
  /** True while the condition of the whole scene is changing (light, infrared, camera knocked): predScore means nothing then. */
  readonly sceneChange?: boolean;
  readonly anomalyMap?: AnomalyMap;
  /** The reconstructed picture, same shape and format as `frame`. Absent when the camera has no denoise task. */
  readonly denoised?: Uint8Array;
  /** The gray picture of a camera in colours that it learned by day, rgb24: synthetic. Absent where the picture has its own. */
  readonly colorized?: Uint8Array;
  /** Milliseconds the frame waited before its run, and the run itself took. */
  readonly queuedMs: number;
  readonly inferenceMs: number;
}
