import { tap } from 'rxjs';
import type { Subject } from 'rxjs';

import type { AlertStore } from '../alert/alert-store.ts';
import { openCamera } from '../camera/camera.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { redactorFor } from '../camera/redact.ts';
import type { Pipeline, PipelineCamera } from '../config/pipeline.ts';
import type { Demand } from '../core/demand.ts';
import { messageOf } from '../core/errors.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import { learnedTasks } from '../core/status.ts';
import type { CameraStatus, TaskName } from '../core/status.ts';
import { loadFootage } from '../learn/saved-footage.ts';
import type { Metrics } from '../server/metrics.ts';
import type { SpawnEncoder } from '../video/encoder-process.ts';
import type { AlertMedia } from './alert-media.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { Cleanups } from './cleanups.ts';
import type { DenoiserShelf } from './denoiser-shelf.ts';
import type { Inferred, InferenceQueue } from './inference.ts';
import { learningFootage, taskFolder } from './learner.ts';
import type { Learner } from './learner.ts';
import { LivePictures } from './live-pictures.ts';
import type { Log } from './log.ts';
import type { ModelShelf } from './models.ts';
import { publishFeed } from './publish-feed.ts';
import { openSource } from './source.ts';
import { recordEvent, recordPicture, recordPrediction, throttled } from './telemetry.ts';

/** What all cameras of a pipeline share. */
export interface CameraSurroundings {
  readonly ffmpeg: Ffmpeg;
  readonly learning: Pipeline['learning'];
  readonly queue: InferenceQueue;
  readonly demand: Demand;
  readonly models: ModelShelf;
  readonly denoisers: DenoiserShelf;
  readonly learner: Learner;
  readonly alerts: Pick<AlertStore, 'normalFootage'>;
  readonly media: Pick<AlertMedia, 'addCamera' | 'removeCamera'>;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Pixels are valid during the `next` call only. */
  readonly predictions$: Subject<Prediction>;
  readonly pictures$: Subject<LivePicture>;
  /** Without it nothing is published. */
  readonly spawnEncoder?: SpawnEncoder;
  readonly onStatus: (status: CameraStatus) => void;
}

/** A camera of the pipeline, paused or not. */
export interface RunningCamera extends Pick<CameraPipeline, 'startLearning' | 'cancelLearning'> {
  readonly status: CameraStatus;
  /** Opens the camera and what is published of it. Never rejects. */
  start(): Promise<void>;
  /** Takes the models that were learned elsewhere since. */
  takeModels(): Promise<void>;
  /** The answers to one of its frames. */
  onInferred(result: Inferred): void;
  /** A run with one of its live frames failed. */
  onRunFailed(frame: Inferred['work']['frame']): void;
  /** Resolves when nothing of it is being learned any more, and the footage of a learning that was cancelled is gone. */
  learningEnded(): Promise<unknown>;
  /** Ends its child processes, which are gone then, and everything that tells of it. */
  close(): Promise<void>;
}

/** How often the child process and the drops inside a camera are looked at. */
const sampleIntervalMs = 1000;

/** Makes one camera ready to be started. Rejects when its source cannot be opened at all. */
export const openRunningCamera = async (camera: PipelineCamera, around: CameraSurroundings): Promise<RunningCamera> => {
  const cleanups = new Cleanups();
  try {
    return await open(camera, around, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
};

const open = async (camera: PipelineCamera, around: CameraSurroundings, cleanups: Cleanups): Promise<RunningCamera> => {
  const { id } = camera;
  const { ffmpeg, learning, queue, demand, models, denoisers, learner, alerts, media, metrics, log } = around;
  const source = await openSource(camera, ffmpeg);
  cleanups.add(async () => source.close());
  const coded = media.addCamera(camera);
  cleanups.add(() => media.removeCamera(id));
  const opened = openCamera(source.camera, { ffmpeg, ...(coded && { coded }) });
  // After everything else was undone: many cameras let in only one at a time.
  cleanups.add(opened.gone);

  const findModel = async (task: TaskName) => models.find(taskFolder(camera.model, task), camera);
  const logTaskFailure = throttled(5000, (task: TaskName, error: unknown) =>
    log.error({ camera: id, task, error: messageOf(error) }, "a task failed on its model's outputs"),
  );
  const onTaskFailed = (task: TaskName, error: unknown): void => {
    metrics.taskFailures.inc({ camera: id, task });
    logTaskFailure(task, error);
  };
  const logError = (error: unknown): void => log.error({ camera: id }, messageOf(error));
  const live = new LivePictures(id, camera.live, {
    frames$: opened.live$.pipe(tap(() => metrics.liveFramesDecoded.inc({ camera: id }))),
    queue,
    demand,
    findDenoiser: async (shape) =>
      denoisers.find({ ...camera.denoiser, own: taskFolder(camera.model, 'denoise'), shape }, logError),
    onPicture: (picture) => {
      around.pictures$.next(picture);
      recordPicture(metrics, picture);
    },
    onTaskFailed: (error) => onTaskFailed('denoise', error),
  });
  live.start();
  let lastLearned: Promise<unknown> = Promise.resolve();
  const running = new CameraPipeline(camera, {
    frames$: opened.frames$.pipe(tap(() => metrics.framesDecoded.inc({ camera: id }))),
    events$: opened.events$,
    redactedUrl: redactorFor(camera.url)(camera.url),
    queue,
    collectSeconds: learning.automatic ? learning.minutes * 60 : undefined,
    loadDenoiser: async () => live.loadDenoiser(),
    findModel,
    savedFootage: async () => loadFootage(learningFootage(camera.model), camera),
    learn: async (set, onProgress, onLearned, { start, signal: cancel }) => {
      const learned = learner.learn(
        {
          set,
          start,
          cancel,
          folder: camera.model,
          tasks: learnedTasks(camera.tasks),
          source: `camera ${id}`,
          normalFootage: alerts.normalFootage(id),
          onNote: (note) => log.info({ camera: id }, note),
          onProgress,
          onLearned: async (task, { training: { steps, seconds, validationLoss } }) => {
            log.info({ camera: id, task, steps, seconds: Math.round(seconds), validationLoss }, 'model learned');
            await onLearned();
          },
        },
        async (task) => start === undefined && (await findModel(task)) !== undefined,
      );
      lastLearned = learned.catch(() => undefined);
      return learned;
    },
    onPrediction: (prediction) => {
      around.predictions$.next(prediction);
      recordPrediction(metrics, prediction);
    },
    onStatus: around.onStatus,
    onEvent: (event) => recordEvent(log, metrics, id, event),
    onModelFailed: logError,
    onTaskFailed,
  });

  const dropped = { analysis: 0, live: 0 };
  const sample = setInterval(() => {
    const { pid, framesDropped, live: { framesDropped: liveDropped = 0 } = {} } = opened.stats();
    if (pid === undefined) metrics.children.delete(id);
    else metrics.children.set(id, pid);
    metrics.framesDropped.inc({ camera: id, reason: 'pool' }, framesDropped - dropped.analysis);
    metrics.liveFramesDropped.inc({ camera: id, reason: 'pool' }, liveDropped - dropped.live);
    Object.assign(dropped, { analysis: framesDropped, live: liveDropped });
  }, sampleIntervalMs);
  cleanups.add(() => {
    clearInterval(sample);
    live.stop();
    running.stop();
    metrics.forgetCamera(id);
  });

  const start = async (): Promise<void> => {
    await running.start();
    if (!camera.publish || !around.spawnEncoder) return;
    const { spawnEncoder: spawn, pictures$, predictions$ } = around;
    const publishing = publishFeed(camera, camera.publish, {
      ...{ pictures$, predictions$, demand, metrics, log, spawn },
      onStatus: (status) => running.tellPublished(status),
    });
    cleanups.add(() => publishing.unsubscribe());
  };
  return {
    get status() {
      return running.status;
    },
    start,
    takeModels: async () => running.takeModels(),
    startLearning: (how) => running.startLearning(how),
    cancelLearning: () => running.cancelLearning(),
    learningEnded: async () => lastLearned,
    onInferred: (result) => (result.work.stream === 'live' ? live : running).onInferred(result),
    onRunFailed: (frame) => live.onRunFailed(frame),
    close: async () => cleanups.run(),
  };
};
