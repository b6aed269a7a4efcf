import { Subscription } from 'rxjs';
import type { Observable } from 'rxjs';

import type { CameraEvent } from '../core/camera.ts';
import { DataError, InterruptedError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { preciseNow } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import { learnedTasks } from '../core/status.ts';
import type { CameraStatus, LearningProgress, PublishStatus, TaskName } from '../core/status.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { hasColour } from '../learn/colour-footage.ts';
import { DataSetCollector, minFrames } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { openTask } from '../task/open-task.ts';
import { bareStatus } from './camera-status.ts';
import type { Inferred, InferenceQueue, Job } from './inference.ts';
import type { LoadedModel } from './models.ts';

/** What the camera's life is made of; passed in by run-pipeline.ts. */
export interface CameraDeps {
  readonly frames$: Observable<Frame>;
  readonly events$: Observable<CameraEvent>;
  readonly redactedUrl: string;
  readonly queue: Pick<InferenceQueue, 'push'>;
  /** Footage to collect before learning, in seconds; undefined when the camera must not learn by itself. */
  readonly collectSeconds: number | undefined;
  /** Makes the live pictures ready to be denoised; false when there is no denoiser. Rejects when it cannot be used. */
  readonly loadDenoiser: () => Promise<boolean>;
  /** The camera's model for a learned task, when it was learned already. Rejects when it is damaged or fits another picture size. */
  readonly findModel: (task: TaskName) => Promise<LoadedModel | undefined>;
  /** Footage of a learning that was cut off by a crash. */
  readonly savedFootage?: () => Promise<DataSet | undefined>;
  /** Learns from the footage what `findModel` does not find. It finds each model from the moment `onLearned` is called. */
  readonly learn: (
    set: DataSet,
    onProgress: (progress: LearningProgress) => void,
    onLearned: () => Promise<void>,
  ) => Promise<void>;
  /** Every frame comes out here once, with or without a model's word on it; its pixels are valid during the call only. */
  readonly onPrediction: (prediction: Prediction) => void;
  readonly onStatus: (status: CameraStatus) => void;
  readonly onEvent: (event: CameraEvent) => void;
  /** The model cannot be used or learned; the camera goes on with raw pictures. */
  readonly onModelFailed: (error: unknown) => void;
  /** A task could make nothing of what its model gave for a frame, which comes out without its word. */
  readonly onTaskFailed: (task: TaskName, error: unknown) => void;
}

interface CameraJob extends Job {
  readonly name: TaskName;
  readonly task: CameraTask;
}

/** The first of them that a camera has must work before it counts as watched; colours can only be learned by day. */
const byImportance = ['anomaly', 'denoise', 'colorize'] as const;

/** How often learning progress is told, at most. */
const progressIntervalMs = 250;

/** One camera from its analysed frames to its predictions: bare until a model was learned, from then on with the model's word. */
export class CameraPipeline {
  readonly #camera: PipelineCamera;
  readonly #deps: CameraDeps;
  readonly #subscription = new Subscription();
  /** The tasks whose models are learned from this camera. */
  readonly #learned: readonly TaskName[];
  #isDenoising = false;
  #status: CameraStatus;
  /** The models in use, by the task they are for. */
  #jobs: ReadonlyMap<TaskName, CameraJob> = new Map();
  #collector: DataSetCollector | undefined;
  #progressAt = 0;
  /** What is wrong with the model, shown while the camera itself is well. */
  #modelMessage: string | undefined;

  constructor(camera: PipelineCamera, deps: CameraDeps) {
    this.#camera = camera;
    this.#deps = deps;
    this.#learned = learnedTasks(camera.tasks);
    this.#status = bareStatus(camera, deps.redactedUrl);
  }

  get status(): CameraStatus {
    return this.#status;
  }

  /** Looks for the models, then opens the camera. Never rejects: a camera with a broken model shows raw pictures. */
  async start(): Promise<void> {
    const isWell = await this.#useModels();
    if (isWell && this.#missing().length > 0 && this.#deps.collectSeconds !== undefined) {
      const saved = await this.#deps.savedFootage?.();
      if (saved) void this.#learn(() => saved);
      else this.#collector = new DataSetCollector(this.#camera, this.#camera.fps);
    }
    this.#subscription.add(this.#deps.events$.subscribe((event) => this.#onEvent(event)));
    this.#subscription.add(this.#deps.frames$.subscribe((frame) => this.#onFrame(frame)));
    if (this.#camera.tasks.includes('denoise')) void this.#useDenoiser();
  }

  /** Takes the models that were learned elsewhere since, between two frames. */
  async takeModels(): Promise<void> {
    await this.#useModels();
    if (this.#camera.tasks.includes('denoise')) await this.#useDenoiser();
    this.#deps.onStatus(this.#status);
  }

  /** Takes note of how the camera's published feed fares. */
  tellPublished(publish: PublishStatus): void {
    this.#update({ publish });
  }

  /** Ends the camera's child process. Frames in flight still come back to `onInferred`. */
  stop(): void {
    this.#subscription.unsubscribe();
  }

  /** The models' word on one of this camera's frames; releases the frame. */
  onInferred({ work: { frame, jobs }, answers, queuedMs, inferenceMs }: Inferred): void {
    const said = answers.map((answer, at) => {
      const { name, task } = jobs[at] as CameraJob;
      try {
        return answer && task.decode(answer.outputs, answer.index, frame);
      } catch (error) {
        this.#deps.onTaskFailed(name, error);
        return undefined;
      }
    });
    this.#emit(frame, Object.assign({ queuedMs, inferenceMs }, ...said) as Omit<Prediction, 'frame'>);
  }

  #onFrame(frame: Frame): void {
    if (this.#status.state === 'connecting' || this.#status.state === 'failed') this.#changeState();
    if (this.#collector) this.#collect(frame, this.#collector);
    if (this.#jobs.size > 0) {
      this.#deps.queue.push({ frame, stream: 'analysis', jobs: [...this.#jobs.values()], queuedAt: preciseNow() });
    } else {
      this.#emit(frame, { queuedMs: 0, inferenceMs: 0 });
    }
  }

  #emit(frame: Frame, result: Omit<Prediction, 'frame'>): void {
    try {
      this.#deps.onPrediction({ frame, ...result });
    } finally {
      frame.release();
    }
  }

  #onEvent(event: CameraEvent): void {
    if (event.type === 'failed') {
      this.#collector?.cut();
      this.#update({ state: 'failed', cause: event.cause, message: event.message });
    }
    this.#deps.onEvent(event);
  }

  /** After a frame arrived: live, or learning. */
  #changeState(): void {
    const { cause: _cause, message: _message, ...status } = this.#status;
    this.#status = {
      ...status,
      ...(this.#modelMessage && { message: this.#modelMessage }),
      state: status.learning ? 'learning' : 'live',
    };
    this.#deps.onStatus(this.#status);
  }

  #collect(frame: Frame, collector: DataSetCollector): void {
    const { fps } = this.#camera;
    // Colours can only be learned by day: until then there is nothing to collect.
    if (this.#lacksColourOnly() && !hasColour(frame.data, frame)) return;
    const wanted = Math.max(minFrames, Math.round((this.#deps.collectSeconds ?? 0) * fps));
    collector.add(frame);
    if (collector.seen < wanted) {
      this.#progress({
        stage: 'collecting',
        fraction: collector.seen / wanted,
        secondsLeft: (wanted - collector.seen) / fps,
      });
      return;
    }
    this.#collector = undefined;
    void this.#learn(() => collector.finish(`camera "${this.#camera.id}"`));
  }

  async #learn(footage: () => DataSet): Promise<void> {
    try {
      this.#progress({ stage: 'training', fraction: 0 });
      await this.#deps.learn(
        footage(),
        (progress) => this.#progress(progress),
        async () => void (await this.#useModels()),
      );
      if (this.#subscription.closed) return;
      this.#forgetModelFailure();
      await this.#useModels();
    } catch (error) {
      if (error instanceof InterruptedError) return;
      this.#reportModelFailure('Learning failed', error);
      const isTooFew = error instanceof DataError && error.code === 'too-few';
      if (isTooFew && this.#lacksColourOnly()) this.#collector = new DataSetCollector(this.#camera, this.#camera.fps);
    }
    const { learning: _learning, ...status } = this.#status;
    this.#status = { ...status, state: status.state === 'learning' ? 'live' : status.state };
    this.#deps.onStatus(this.#status);
  }

  #forgetModelFailure(): void {
    this.#modelMessage = undefined;
    if (this.#status.state === 'failed') return;
    const { message: _message, ...status } = this.#status;
    this.#status = status;
  }

  #reportModelFailure(what: string, error: unknown): void {
    this.#modelMessage = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    this.#update({ message: this.#modelMessage });
    this.#deps.onModelFailed(error);
  }

  #progress(learning: LearningProgress): void {
    const now = performance.now();
    const stageChanged = learning.stage !== this.#status.learning?.stage;
    if (!stageChanged && now - this.#progressAt < progressIntervalMs) return;
    this.#progressAt = now;
    this.#update({ learning, ...(this.#status.state === 'live' && { state: 'learning' }) });
  }

  /** Takes every model that is there; one that is in use already keeps its state. False when one cannot be used. */
  async #useModels(): Promise<boolean> {
    const jobs = new Map(this.#jobs);
    let isWell = true;
    for (const name of this.#learned) {
      try {
        const model = await this.#deps.findModel(name);
        if (!model || jobs.get(name)?.model === model) continue;
        const task = openTask(model.card, model.state);
        if (task) jobs.set(name, { name, model, task });
      } catch (error) {
        isWell = false;
        this.#reportModelFailure('The model cannot be used', error);
      }
    }
    this.#jobs = jobs;
    this.#status = { ...this.#status, ...this.#inUse() };
    return isWell;
  }

  /** Whatever becomes of the denoiser, the frames are analysed. */
  async #useDenoiser(): Promise<void> {
    try {
      this.#isDenoising = await this.#deps.loadDenoiser();
      if (this.#isDenoising && !this.#subscription.closed) this.#update(this.#inUse());
    } catch (error) {
      this.#reportModelFailure('The denoiser cannot be used', error);
    }
  }

  #inUse(): Pick<CameraStatus, 'working' | 'hasModel'> {
    const { tasks } = this.#camera;
    const isWorking = (name: TaskName): boolean => (name === 'denoise' ? this.#isDenoising : this.#jobs.has(name));
    const first = byImportance.find((name) => tasks.includes(name));
    return { working: tasks.filter(isWorking), hasModel: first !== undefined && isWorking(first) };
  }

  #missing(): TaskName[] {
    return this.#learned.filter((name) => !this.#jobs.has(name));
  }

  /** Whether colours, which can only be learned by day, are all that is still to be learned. */
  #lacksColourOnly(): boolean {
    return this.#missing().join() === 'colorize';
  }

  #update(change: Partial<CameraStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#deps.onStatus(this.#status);
  }
}
