import type { CameraFailure } from './errors.ts';
import type { FrameShape } from './frame.ts';

/** A polygon as [x, y] points, each a fraction 0..1 of the picture's width and height. */
export type Polygon = readonly (readonly [number, number])[];

/** Pictures for watching, beside those that are analysed. */
export interface LiveStream extends FrameShape {
  /** Frames a second, at most. */
  readonly fps: number;
}

/** What is needed to open a camera. `url` may hold a password: never log it unredacted. */
export interface CameraOptions extends FrameShape {
  readonly id: string;
  /** rtsp(s)://, http(s)://, file path or file://, /dev/videoN (v4l2), simulator://scene?seed=1 */
  readonly url: string;
  readonly transport: 'tcp' | 'udp';
  /** Frames a second handed out; more are dropped inside ffmpeg. */
  readonly fps: number;
  /** Polygons blacked out before anything else sees the frame. */
  readonly mask: readonly Polygon[];
  /** Wanted beside the analysed frames, from the same decoding; without it nothing is spent on it. */
  readonly live?: LiveStream;
}

/** What happens to a camera, in order; `frame`s travel separately. */
export type CameraEvent =
  | { readonly type: 'connecting'; readonly attempt: number }
  | { readonly type: 'connected'; readonly afterMs: number }
  /** `retryInMs` is absent when nothing more will be tried (a file that ended without loop). */
  | { readonly type: 'failed'; readonly cause: CameraFailure; readonly message: string; readonly retryInMs?: number };
