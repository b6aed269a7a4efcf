import type { PipelineCamera } from '../config/pipeline.ts';
import { InterruptedError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import type { LearningProgress } from '../core/status.ts';
import { hasColour } from '../learn/colour-footage.ts';
import { DataSetCollector, minFrames } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import type { Start } from '../learn/relearn.ts';

/** How a camera learns. */
export interface LearningPlan {
  /** Footage to collect before. */
  readonly seconds: number;
  /** Where learning on demand begins; undefined when the camera learns by itself, and only what it lacks. */
  readonly start?: Start;
  /** Whether colours, which can only be learned by day, are all there is to learn. */
  readonly isColourOnly: () => boolean;
}

/** Learns from footage; rejects with the signal's reason, and leaves the models as they are, when it is aborted. */
export type LearnFrom = (
  set: DataSet,
  onProgress: (progress: LearningProgress) => void,
  /** Told of each model from when on it can be found. */
  onLearned: () => Promise<void>,
  how: { readonly start: Start | undefined; readonly signal: AbortSignal },
) => Promise<void>;

interface LearningDeps {
  readonly learn: LearnFrom;
  readonly onProgress: (progress: LearningProgress) => void;
  readonly onLearned: () => Promise<void>;
  /** Learning is over, with this error or with none. Not told of one that was cancelled. */
  readonly onEnd: (plan: LearningPlan, error: unknown) => Promise<void>;
}

/** One camera's footage on the way to its models: collected from its frames, then learned from. One learning at a time. */
export class CameraLearning {
  readonly #camera: Pick<PipelineCamera, 'id' | 'fps' | 'width' | 'height' | 'format'>;
  readonly #deps: LearningDeps;
  /** While footage is collected. */
  #collecting: { readonly plan: LearningPlan; readonly collector: DataSetCollector } | undefined;
  /** While it is learned from. */
  #training: { readonly plan: LearningPlan; readonly cancel: AbortController } | undefined;

  constructor(camera: Pick<PipelineCamera, 'id' | 'fps' | 'width' | 'height' | 'format'>, deps: LearningDeps) {
    this.#camera = camera;
    this.#deps = deps;
  }

  /** Collects footage from now on, anew, and then learns from it. */
  begin(plan: LearningPlan): void {
    this.#collecting = { plan, collector: new DataSetCollector(this.#camera, this.#camera.fps) };
  }

  /** Copies the frame's pixels, where footage is collected; the frame stays the caller's to release. */
  add(frame: Frame): void {
    if (!this.#collecting) return;
    const { plan, collector } = this.#collecting;
    const { fps, id } = this.#camera;
    // Until it is day there is nothing to collect.
    if (plan.isColourOnly() && !hasColour(frame.data, frame)) return;
    const wanted = Math.max(minFrames, Math.round(plan.seconds * fps));
    collector.add(frame);
    if (collector.seen < wanted) {
      this.#deps.onProgress({
        stage: 'collecting',
        fraction: collector.seen / wanted,
        secondsLeft: (wanted - collector.seen) / fps,
      });
      return;
    }
    this.#collecting = undefined;
    void this.learnFrom(() => collector.finish(`camera "${id}"`), plan);
  }

  /** The camera was away. */
  cut(): void {
    this.#collecting?.collector.cut();
  }

  /** Learns from footage that is there already. Never rejects. */
  async learnFrom(footage: () => DataSet, plan: LearningPlan): Promise<void> {
    const cancel = new AbortController();
    const training = { plan, cancel };
    this.#training = training;
    let failure: unknown;
    const onProgress = (progress: LearningProgress): void => {
      if (!cancel.signal.aborted) this.#deps.onProgress(progress);
    };
    try {
      onProgress({ stage: 'training', fraction: 0 });
      await this.#deps.learn(footage(), onProgress, this.#deps.onLearned, { start: plan.start, signal: cancel.signal });
    } catch (error) {
      failure = error;
    }
    if (this.#training === training) this.#training = undefined;
    if (!cancel.signal.aborted) await this.#deps.onEnd(plan, failure);
  }

  /** Forgets the footage, and ends the learning without keeping what it has; gives what was planned, if anything was. */
  cancel(): LearningPlan | undefined {
    const plan = this.#training?.plan ?? this.#collecting?.plan;
    this.#training?.cancel.abort(new InterruptedError());
    this.#training = undefined;
    this.#collecting = undefined;
    return plan;
  }
}
