import { Subscription } from 'rxjs';

import type { CameraEvent } from '../core/camera.ts';
import { DataError, InterruptedError, messageOf } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { preciseNow } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import { learnedTasks } from '../core/status.ts';
import type { CameraStatus, LearningProgress, PublishStatus, TaskName } from '../core/status.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { openTask } from '../task/open-task.ts';
import type { CameraDeps } from './camera-deps.ts';
import { CameraLearning } from './camera-learning.ts';
import type { LearningPlan } from './camera-learning.ts';
import { bareStatus } from './camera-status.ts';
import type { Inferred, Job } from './inference.ts';

/** What became of a wish to learn. */
export type LearningStart = 'started' | 'already-learning' | 'nothing-to-learn';

interface CameraJob extends Job {
  readonly name: TaskName;
  readonly task: CameraTask;
}

/** The first of them that a camera has must work before it counts as watched; colours can only be learned by day. */
const byImportance = ['anomaly', 'denoise', 'colorize'] as const;

/** What may be wrong with the models. */
const problemText = {
  learning: 'Learning failed',
  model: 'The model cannot be used',
  denoiser: 'The denoiser cannot be used',
} as const;

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
  readonly #learning: CameraLearning;
  #progressAt = 0;
  /** What is wrong with the models, the newest last, which is shown while the camera itself is well. */
  readonly #problems = new Map<keyof typeof problemText, string>();

  constructor(camera: PipelineCamera, deps: CameraDeps) {
    this.#camera = camera;
    this.#deps = deps;
    this.#learned = learnedTasks(camera.tasks);
    this.#learning = new CameraLearning(camera, {
      learn: deps.learn,
      onProgress: (progress) => this.#progress(progress),
      onLearned: async () => void (await this.#useModels()),
      onEnd: async (plan, error) => this.#onLearningEnd(plan, error),
    });
    this.#status = bareStatus(camera, deps.redactedUrl);
  }

  get status(): CameraStatus {
    return this.#status;
  }

  /** Looks for the models, then opens the camera. Never rejects: a camera with a broken model shows raw pictures. */
  async start(): Promise<void> {
    const isWell = await this.#useModels();
    const plan = this.#automatic();
    if (isWell && plan && this.#missing().length > 0) {
      const saved = await this.#deps.savedFootage?.();
      if (saved) void this.#learning.learnFrom(() => saved, plan);
      else this.#learning.begin(plan);
    }
    this.#subscription.add(this.#deps.events$.subscribe((event) => this.#onEvent(event)));
    this.#subscription.add(this.#deps.frames$.subscribe((frame) => this.#onFrame(frame)));
    if (this.#camera.tasks.includes('denoise')) void this.#useDenoiser();
  }

  /** Takes the models that were learned elsewhere since, between two frames. */
  async takeModels(): Promise<void> {
    await this.#useModels();
    if (this.#camera.tasks.includes('denoise')) await this.#useDenoiser();
    if (!this.#subscription.closed) this.#deps.onStatus(this.#status);
  }

  /** Takes note of how the camera's published feed fares. */
  tellPublished(publish: PublishStatus): void {
    this.#update({ publish });
  }

  /**
   * Collects footage from now on and learns from it, while the camera goes on being watched with the models it has: they
   * stay until better ones are learned. Without `isFresh` learning goes on from them.
   */
  startLearning({ seconds, isFresh }: { readonly seconds: number; readonly isFresh: boolean }): LearningStart {
    if (this.#learned.length === 0) return 'nothing-to-learn';
    if (this.#status.learning) return 'already-learning';
    const isColourOnly = (): boolean => this.#learned.join() === 'colorize';
    this.#learning.begin({ seconds, start: isFresh ? 'fresh' : 'previous', isColourOnly });
    this.#progress({ stage: 'collecting', fraction: 0, secondsLeft: seconds });
    return 'started';
  }

  /** Ends the learning without keeping what it has so far. False when the camera does not learn. */
  cancelLearning(): boolean {
    if (!this.#status.learning) return false;
    const plan = this.#learning.cancel();
    this.#clearLearning();
    if (plan?.start !== undefined) this.#awaitColours();
    return true;
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
    this.#learning.add(frame);
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
      this.#learning.cut();
      this.#update({ state: 'failed', cause: event.cause, message: event.message });
    }
    this.#deps.onEvent(event);
  }

  /** After a frame arrived: live, or learning. */
  #changeState(): void {
    const { cause: _cause, ...status } = this.#status;
    this.#status = { ...status, state: status.learning && !status.hasModel ? 'learning' : 'live' };
    this.#showProblem();
    this.#deps.onStatus(this.#status);
  }

  /** How the camera learns by itself; undefined when it must not. */
  #automatic(): LearningPlan | undefined {
    const { collectSeconds: seconds } = this.#deps;
    return seconds === undefined ? undefined : { seconds, isColourOnly: () => this.#lacksColourOnly() };
  }

  async #onLearningEnd(plan: LearningPlan, error: unknown): Promise<void> {
    if (error instanceof InterruptedError) return;
    if (error === undefined) {
      if (this.#subscription.closed) return;
      this.#solved('learning');
      await this.#useModels();
    } else this.#failed('learning', error);
    this.#clearLearning();
    const isTooFew = error instanceof DataError && error.code === 'too-few';
    if (isTooFew || plan.start !== undefined) this.#awaitColours();
  }

  /** Collects footage until there are colours, when they are all the camera still lacks. */
  #awaitColours(): void {
    const plan = this.#automatic();
    if (plan && this.#lacksColourOnly()) this.#learning.begin(plan);
  }

  #clearLearning(): void {
    const { learning: _learning, ...status } = this.#status;
    this.#status = { ...status, state: status.state === 'learning' ? 'live' : status.state };
    this.#deps.onStatus(this.#status);
  }

  #failed(what: keyof typeof problemText, error: unknown): void {
    this.#problems.delete(what);
    this.#problems.set(what, `${problemText[what]}: ${messageOf(error)}`);
    this.#showProblem();
    this.#update({});
    this.#deps.onModelFailed(error);
  }

  #solved(what: keyof typeof problemText): void {
    if (this.#problems.delete(what)) this.#showProblem();
  }

  /** While the camera itself has failed, its own message counts. */
  #showProblem(): void {
    if (this.#status.state === 'failed') return;
    const { message: _message, ...status } = this.#status;
    const message = [...this.#problems.values()].at(-1);
    this.#status = { ...status, ...(message !== undefined && { message }) };
  }

  #progress(learning: LearningProgress): void {
    const now = performance.now();
    const stageChanged = learning.stage !== this.#status.learning?.stage;
    if (!stageChanged && now - this.#progressAt < progressIntervalMs) return;
    this.#progressAt = now;
    this.#update({ learning, ...(this.#status.state === 'live' && !this.#status.hasModel && { state: 'learning' }) });
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
        this.#failed('model', error);
      }
    }
    if (isWell) this.#solved('model');
    this.#jobs = jobs;
    this.#status = { ...this.#status, ...this.#inUse() };
    return isWell;
  }

  /** Whatever becomes of the denoiser, the frames are analysed. */
  async #useDenoiser(): Promise<void> {
    try {
      this.#isDenoising = await this.#deps.loadDenoiser();
      this.#solved('denoiser');
      if (this.#isDenoising) this.#update(this.#inUse());
    } catch (error) {
      this.#failed('denoiser', error);
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
    // A closed camera says nothing more: another status of it counts by now.
    if (this.#subscription.closed) return;
    this.#status = { ...this.#status, ...change };
    this.#deps.onStatus(this.#status);
  }
}
