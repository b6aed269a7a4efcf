import type { CameraFailure } from '../core/errors.ts';
import type { SimulatedCamera } from './simulator-url.ts';

/** Path of the one stream that a simulator serves. */
export const scenePath = 'walkway';

/** What the worker is started with. */
export interface SimulatorTask {
  readonly camera: SimulatedCamera;
  readonly ffmpeg: string;
  /** Epoch ms at which the scene's time is 0. */
  readonly startAt: number;
}

/** What the worker says; any message to it means: stop. */
export type SimulatorReply =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'failed'; readonly code: CameraFailure; readonly message: string };
