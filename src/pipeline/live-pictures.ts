import { Subscription } from 'rxjs';
import type { Observable } from 'rxjs';

import type { Demand, LiveKind } from '../core/demand.ts';
import type { Frame, FrameShape } from '../core/frame.ts';
import { preciseNow } from '../core/frame.ts';
import type { LivePicture } from '../core/prediction.ts';
import type { CameraTask } from '../task/camera-task.ts';
import type { Inferred, InferenceQueue, Job } from './inference.ts';
import type { LoadedModel } from './models.ts';

/**
 * A model that takes the noise out of live frames, and how one camera begins to use it; the task keeps the camera's
 * state.
 */
export interface Denoiser {
  readonly model: LoadedModel;
  readonly open: () => CameraTask;
}

/**
 * The denoiser for frames of a shape; undefined when there is none. Rejects with ModelError or EngineError when it
 * cannot be used.
 */
type FindDenoiser = (shape: FrameShape) => Promise<Denoiser | undefined>;

/** What live pictures are made of; passed in by run-pipeline.ts. */
export interface LiveDeps {
  /** Nothing is spent on live frames while this is not subscribed to. */
  readonly frames$: Observable<Frame>;
  readonly queue: Pick<InferenceQueue, 'push'>;
  readonly demand: Pick<Demand, 'wants' | 'onChange'>;
  readonly findDenoiser: FindDenoiser;
  /** What is watched comes out here; its pixels are valid during the call only. */
  readonly onPicture: (picture: LivePicture) => void;
  /** The denoiser's task could make nothing of its model's outputs; the picture comes out raw. */
  readonly onTaskFailed: (error: unknown) => void;
}

interface LiveJob extends Job {
  readonly task: CameraTask;
}

/** After this long without a frame what the denoiser remembers is of another time: it begins anew. */
const staleMs = 3000;

/**
 * The live pictures of one camera, while somebody watches them. Raw pictures go straight out; while denoised ones are
 * watched, frames go through the queue first, and both come out together. Where the engine does not keep up the newest
 * frame wins, for both.
 */
export class LivePictures {
  readonly #camera: string;
  readonly #shape: FrameShape;
  readonly #deps: LiveDeps;
  readonly #subscription = new Subscription();
  /** To the frames, while somebody watches what can be made of them. */
  #watching: Subscription | undefined;
  #denoiser: Denoiser | undefined;
  /** The denoiser's task while it is in use, and the time of its last frame. */
  #job: LiveJob | undefined;
  #usedAt = -Infinity;
  /** Of the last picture that came out. */
  #sequence = -1;

  constructor(camera: string, shape: FrameShape, deps: LiveDeps) {
    this.#camera = camera;
    this.#shape = shape;
    this.#deps = deps;
  }

  /** Finds the denoiser, for frames from now on. Resolves with whether there is one; rejects as `findDenoiser` does. */
  async loadDenoiser(): Promise<boolean> {
    const found = await this.#deps.findDenoiser(this.#shape);
    if (found?.model !== this.#denoiser?.model) this.#job = undefined;
    this.#denoiser = found;
    this.#follow();
    return this.#denoiser !== undefined;
  }

  start(): void {
    const stopFollowing = this.#deps.demand.onChange((camera) => camera === this.#camera && this.#follow());
    this.#subscription.add(() => {
      stopFollowing();
      this.#watching?.unsubscribe();
    });
    this.#follow();
  }

  /** Frames in flight still come back to `onInferred`. */
  stop(): void {
    this.#subscription.unsubscribe();
  }

  /** The denoiser's word on one of this camera's frames; releases the frame. */
  onInferred({ work: { frame, jobs }, answers }: Inferred): void {
    const [answer] = answers;
    const { task } = jobs[0] as LiveJob;
    let denoised: Uint8Array | undefined;
    try {
      denoised = answer && task.decode(answer.outputs, answer.index, frame).denoised;
    } catch (error) {
      this.#deps.onTaskFailed(error);
    }
    this.#emit(frame, denoised);
  }

  /** A frame whose run failed comes out raw; the queue releases it. */
  onRunFailed(frame: Frame): void {
    this.#hand(frame);
  }

  /** Takes frames from now on, or no more. */
  #follow(): void {
    const isWatched = this.#wants('raw') || (this.#denoiser !== undefined && this.#wants('denoised'));
    if (isWatched && !this.#subscription.closed)
      this.#watching ??= this.#deps.frames$.subscribe((frame) => this.#onFrame(frame));
    else if (this.#watching) {
      this.#watching.unsubscribe();
      this.#watching = undefined;
      setTimeout(() => this.#forget(), staleMs).unref();
    }
  }

  /** What the denoiser remembers is megabytes. */
  #forget(): void {
    if (!this.#watching) this.#job = undefined;
  }

  #wants(kind: LiveKind): boolean {
    return this.#deps.demand.wants(this.#camera, kind);
  }

  #onFrame(frame: Frame): void {
    const job = this.#jobFor(frame);
    if (job) this.#deps.queue.push({ frame, stream: 'live', jobs: [job], queuedAt: preciseNow() });
    else this.#emit(frame);
  }

  /** The denoiser's task for this frame, when it is wanted and there is one. */
  #jobFor({ capturedAt }: Frame): LiveJob | undefined {
    if (capturedAt - this.#usedAt > staleMs) this.#job = undefined;
    if (!this.#denoiser || !this.#wants('denoised')) return undefined;
    this.#usedAt = capturedAt;
    const { model, open } = this.#denoiser;
    return (this.#job ??= { model, task: open() });
  }

  #emit(frame: Frame, denoised?: Uint8Array): void {
    try {
      this.#hand(frame, denoised);
    } finally {
      frame.release();
    }
  }

  #hand(frame: Frame, denoised?: Uint8Array): void {
    const isWatched = this.#wants('raw') || (denoised && this.#wants('denoised'));
    // One that was being denoised when the last who wanted that left: newer ones, raw, have overtaken it.
    if (!isWatched || frame.sequence <= this.#sequence) return;
    this.#sequence = frame.sequence;
    this.#deps.onPicture({ frame, ...(denoised && { denoised }) });
  }
}
