import path from 'node:path';

import { Registry } from 'prom-client';
import { type Observable, Subject, exhaustMap, interval, tap } from 'rxjs';

import { openAlertStore } from '../alert/alert-store.ts';
import { openCamera } from '../camera/camera.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { redactorFor } from '../camera/redact.ts';
import type { Pipeline, PipelineCamera } from '../config/pipeline.ts';
import { InterruptedError } from '../core/errors.ts';
import { Demand } from '../core/demand.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import { learnedTasks } from '../core/status.ts';
import type { AlertEvent, CameraStatus, LearningProgress, PublishStatus, TaskName } from '../core/status.ts';
import { loadFootage } from '../learn/saved-footage.ts';
import { openEngine } from '../engine/open-engine.ts';
import { createMetrics } from '../server/metrics.ts';
import { startServer } from '../server/server.ts';
import { encoderProblem, encoderSpawner } from '../video/encoder-process.ts';
import { keepAlerts } from './alert-keeping.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { Cleanups } from './cleanups.ts';
import { DenoiserShelf } from './denoiser-shelf.ts';
import { inferenceQueue } from './inference.ts';
import { Learner, learningFootage, taskFolder } from './learner.ts';
import type { Log } from './log.ts';
import { LivePictures } from './live-pictures.ts';
import { ModelShelf } from './models.ts';
import { notifyAlerts } from './notify-alerts.ts';
import { publishFeed } from './publish-feed.ts';
import { openAccess } from './open-access.ts';
import { openSource } from './source.ts';
import { messageOf, recordEvent, recordInference, recordPicture, recordPrediction, throttled } from './telemetry.ts';

export interface RunOptions {
  readonly log: Log;
  /** Told with each change of a camera's status; `undefined` when it does not learn, or no more. */
  readonly onLearning?: (camera: string, progress: LearningProgress | undefined) => void;
}

export interface RunningPipeline {
  /** Where the page is. */
  readonly url: string;
  readonly status: () => readonly CameraStatus[];
  /** Pixels are valid during the `next` call only. */
  readonly predictions$: Observable<Prediction>;
  /** Live pictures, of what `demand` says is watched. Pixels are valid during the `next` call only. */
  readonly pictures$: Observable<LivePicture>;
  readonly demand: Demand;
  readonly alerts$: Observable<AlertEvent>;
  /** Ends every camera, worker and connection. A camera's ffmpeg may take a second longer to go. */
  close(): Promise<void>;
}

/** Viewers must give a sign of life this often. */
const heartbeatMs = 15_000;
/** How often model folders are looked at: `nightjar learn` may have replaced one. */
const refreshMs = 3000;
/** How often child processes and drops inside the cameras are looked at. */
const sampleIntervalMs = 1000;

/**
 * Opens every camera of a pipeline and serves what they show. A camera without a model shows its raw pictures, collects
 * footage, and learns one. Rejects when the whole cannot run (no ffmpeg, no engine, port taken); a broken camera or
 * model only harms itself.
 */
export const runPipeline = async (pipeline: Pipeline, options: RunOptions): Promise<RunningPipeline> => {
  const cleanups = new Cleanups();
  try {
    return await open(pipeline, options, cleanups);
  } catch (error) {
    await cleanups.run();
    throw error;
  }
};

const open = async (
  pipeline: Pipeline,
  { log, onLearning }: RunOptions,
  cleanups: Cleanups,
): Promise<RunningPipeline> => {
  const ffmpeg = await findFfmpeg();
  const metrics = createMetrics(new Registry());
  const who = await openAccess(pipeline, { log, cleanups });
  const store = openAlertStore(path.join(pipeline.storage.path, 'alerts'));
  cleanups.add(() => store.close());
  const engine = await openEngine({ ...pipeline.engine, log: (line) => log.info(line) });
  cleanups.add(async () => engine.close());
  log.info(`models run on ${engine.device}, ${engine.concurrency} at a time`);

  const cameras = new Map<string, CameraPipeline>();
  const livePictures = new Map<string, LivePictures>();
  const status$ = new Subject<CameraStatus>();
  const predictions$ = new Subject<Prediction>();
  const pictures$ = new Subject<LivePicture>();
  const demand = new Demand();
  const status = (): CameraStatus[] => [...cameras.values()].map((camera) => camera.status);
  const { alerts$, judge, remove } = keepAlerts(pipeline, { store, predictions$, status, metrics, log });
  const queue = inferenceQueue({
    batchSize: engine.batchSize,
    concurrency: engine.concurrency,
    onDrop: ({ frame, stream }, reason) => {
      const { camera } = frame;
      if (stream === 'analysis') return metrics.framesDropped.inc({ camera, reason });
      metrics.liveFramesDropped.inc({ camera, reason });
      if (reason === 'engine-error') livePictures.get(camera)?.onRunFailed(frame);
    },
    onError: throttled(5000, (error) => log.error(`a model run failed: ${messageOf(error)}`)),
  });
  const inference = queue.results$.subscribe((result) => {
    recordInference(metrics, result);
    const { frame, stream } = result.work;
    (stream === 'live' ? livePictures : cameras).get(frame.camera)?.onInferred(result);
  });
  cleanups.add(() => inference.unsubscribe());

  const shelf = new ModelShelf(engine);
  const denoisers = new DenoiserShelf(engine);
  const logError = (error: unknown): void => log.error(messageOf(error));
  const refresh = async (): Promise<boolean> => {
    const areNew = [await shelf.refresh(logError), await denoisers.refresh(logError)];
    return areNew.some(Boolean);
  };
  const refreshing = interval(refreshMs)
    .pipe(exhaustMap(refresh))
    .subscribe((isNew) => {
      if (!isNew) return;
      for (const camera of cameras.values()) void camera.takeModels();
      log.info('new models are in use');
    });
  cleanups.add(() => refreshing.unsubscribe());
  const stopping = new AbortController();
  const learner = new Learner(pipeline, engine, stopping.signal);
  cleanups.add(async () => {
    stopping.abort(new InterruptedError());
    await learner.idle;
  });

  const addCamera = async (camera: PipelineCamera): Promise<void> => {
    const { id } = camera;
    const source = await openSource(camera, ffmpeg);
    cleanups.add(async () => source.close());
    const opened = openCamera(source.camera, { ffmpeg });
    const { learning } = pipeline;
    const findModel = async (task: TaskName) => shelf.find(taskFolder(camera.model, task), camera);
    const logTaskFailure = throttled(5000, (task: TaskName, error: unknown) =>
      log.error({ camera: id, task, error: messageOf(error) }, "a task failed on its model's outputs"),
    );
    const onTaskFailed = (task: TaskName, error: unknown): void => {
      metrics.taskFailures.inc({ camera: id, task });
      logTaskFailure(task, error);
    };
    const live = new LivePictures(id, camera.live, {
      frames$: opened.live$.pipe(tap(() => metrics.liveFramesDecoded.inc({ camera: id }))),
      queue,
      demand,
      findDenoiser: async (shape) =>
        denoisers.find({ ...camera.denoiser, own: taskFolder(camera.model, 'denoise'), shape }, logError),
      onPicture: (picture) => {
        pictures$.next(picture);
        recordPicture(metrics, picture);
      },
      onTaskFailed: (error) => onTaskFailed('denoise', error),
    });
    livePictures.set(id, live);
    live.start();
    const running = new CameraPipeline(camera, {
      frames$: opened.frames$.pipe(tap(() => metrics.framesDecoded.inc({ camera: id }))),
      events$: opened.events$,
      redactedUrl: redactorFor(camera.url)(camera.url),
      queue,
      collectSeconds: learning.automatic ? learning.minutes * 60 : undefined,
      loadDenoiser: async () => live.loadDenoiser(),
      findModel,
      savedFootage: async () => loadFootage(learningFootage(camera.model), camera),
      learn: async (set, onProgress, onLearned) =>
        learner.learn(
          {
            set,
            folder: camera.model,
            tasks: learnedTasks(camera.tasks),
            source: `camera ${id}`,
            normalFootage: store.normalFootage(id),
            onNote: (note) => log.info({ camera: id }, note),
            onProgress,
            onLearned: async (task, { training: { steps, seconds, validationLoss } }) => {
              log.info({ camera: id, task, steps, seconds: Math.round(seconds), validationLoss }, 'model learned');
              await onLearned();
            },
          },
          async (task) => (await findModel(task)) !== undefined,
        ),
      onPrediction: (prediction) => {
        predictions$.next(prediction);
        recordPrediction(metrics, prediction);
      },
      onStatus: (status) => {
        onLearning?.(id, status.learning);
        status$.next(status);
      },
      onEvent: (event) => recordEvent(log, metrics, id, event),
      onModelFailed: (error) => log.error({ camera: id }, messageOf(error)),
      onTaskFailed,
    });
    cameras.set(id, running);

    const dropped = { analysis: 0, live: 0 };
    const sample = setInterval(() => {
      const { pid, framesDropped, live: { framesDropped: liveDropped = 0 } = {} } = opened.stats();
      if (pid === undefined) metrics.children.delete(id);
      else metrics.children.set(id, pid);
      metrics.framesDropped.inc({ camera: id, reason: 'pool' }, framesDropped - dropped.analysis);
      metrics.liveFramesDropped.inc({ camera: id, reason: 'pool' }, liveDropped - dropped.live);
      Object.assign(dropped, { analysis: framesDropped, live: liveDropped });
      metrics.queueLength.set({ queue: 'inference' }, queue.length);
    }, sampleIntervalMs);
    cleanups.add(() => {
      clearInterval(sample);
      live.stop();
      running.stop();
    });
  };
  for (const camera of pipeline.cameras) await addCamera(camera);

  // Before the server: what a viewer sees announced is in the outbox already.
  const notifiers = notifyAlerts(pipeline, { alerts$, store, status, status$, predictions$, metrics, log, cleanups });
  const problem = await encoderProblem(ffmpeg);
  if (problem)
    log.warn(
      `pictures are offered as JPEG only and nothing is published, since this ffmpeg cannot encode H.264: ${problem}`,
    );
  const server = await startServer(
    {
      ...(problem === undefined && { spawnEncoder: encoderSpawner(ffmpeg) }),
      ...pipeline.server,
      ...who,
      heartbeatMs,
      metricsIntervalMs: pipeline.server.metricsIntervalSeconds * 1000,
      onError: (error) => log.error(messageOf(error)),
      onFault: throttled(5000, (error) => log.error(`a viewer could not be served: ${messageOf(error)}`)),
    },
    {
      status,
      status$,
      predictions$,
      pictures$,
      demand,
      alerts$,
      alerts: store,
      notifiers,
      judge,
      remove,
      metrics,
      ready: () => status().every(({ state, hasModel }) => state === 'live' && hasModel),
    },
  );
  cleanups.add(async () => server.close());
  for (const camera of cameras.values()) await camera.start();
  for (const camera of problem === undefined ? pipeline.cameras : []) {
    if (!camera.publish) continue;
    const onStatus = (status: PublishStatus): void => cameras.get(camera.id)?.tellPublished(status);
    const deps = { pictures$, predictions$, demand, metrics, log, onStatus, spawn: encoderSpawner(ffmpeg) };
    const publishing = publishFeed(camera, camera.publish, deps);
    cleanups.add(() => publishing.unsubscribe());
  }

  const close = async (): Promise<void> => {
    for (const camera of cameras.values()) camera.stop();
    // Closes the open alerts, while the store and the viewers are still there.
    predictions$.complete();
    pictures$.complete();
    await cleanups.run();
  };
  return { url: server.url, status, predictions$, pictures$, demand, alerts$, close };
};
