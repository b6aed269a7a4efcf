import path from 'node:path';

import { Registry } from 'prom-client';
import { type Observable, Subject, exhaustMap, interval } from 'rxjs';

import { openAlertStore } from '../alert/alert-store.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { InterruptedError, messageOf } from '../core/errors.ts';
import { Demand } from '../core/demand.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { AlertEvent, CameraStatus, LearningProgress } from '../core/status.ts';
import { openEngine } from '../engine/open-engine.ts';
import { createMetrics } from '../server/metrics.ts';
import { isWatched } from '../server/routes/health.ts';
import { startServer } from '../server/server.ts';
import { encoderProblem, encoderSpawner } from '../video/encoder-process.ts';
import { keepAlerts } from './alert-keeping.ts';
import { cameraTools } from './camera-tools.ts';
import { Cameras } from './cameras.ts';
import { Cleanups } from './cleanups.ts';
import { DenoiserShelf } from './denoiser-shelf.ts';
import { inferenceQueue } from './inference.ts';
import { Learner } from './learner.ts';
import type { Log } from './log.ts';
import { keepModels } from './keep-models.ts';
import { ModelShelf } from './models.ts';
import { notifyAlerts } from './notify-alerts.ts';
import { openAccess } from './open-access.ts';
import { PipelineControl } from './pipeline-control.ts';
import { openRunningCamera } from './running-camera.ts';
import { recordInference, throttled } from './telemetry.ts';

export interface RunOptions {
  /** The pipeline file: what changes in it is applied, what the page changes is written into it. */
  readonly file: string;
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
  /** Ends every camera, worker and connection; resolves when no ffmpeg is left. */
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
  { log, onLearning, file }: RunOptions,
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

  const status$ = new Subject<CameraStatus>();
  const predictions$ = new Subject<Prediction>();
  const pictures$ = new Subject<LivePicture>();
  const demand = new Demand();
  const status = (): CameraStatus[] => cameras.status();
  const { alerts$, media, judge, remove } = keepAlerts(pipeline, { store, predictions$, status, metrics, log, ffmpeg });
  cleanups.add(async () => media.close());
  const queue = inferenceQueue({
    batchSize: engine.batchSize,
    concurrency: engine.concurrency,
    onDrop: ({ frame, stream }, reason) => {
      const { camera } = frame;
      if (stream === 'analysis') return metrics.framesDropped.inc({ camera, reason });
      metrics.liveFramesDropped.inc({ camera, reason });
      if (reason === 'engine-error') cameras.running(camera)?.onRunFailed(frame);
    },
    onError: throttled(5000, (error) => log.error(`a model run failed: ${messageOf(error)}`)),
  });
  const inference = queue.results$.subscribe((result) => {
    recordInference(metrics, result);
    cameras.onInferred(result);
  });
  cleanups.add(() => inference.unsubscribe());

  const models = new ModelShelf(engine);
  const denoisers = new DenoiserShelf(engine);
  const logError = (error: unknown): void => log.error(messageOf(error));
  const refresh = async (): Promise<boolean> => {
    const areNew = [await models.refresh(logError), await denoisers.refresh(logError)];
    return areNew.some(Boolean);
  };
  const refreshing = interval(refreshMs)
    .pipe(exhaustMap(refresh))
    .subscribe((isNew) => {
      if (!isNew) return;
      cameras.takeModels();
      log.info('new models are in use');
    });
  cleanups.add(() => refreshing.unsubscribe());
  const stopping = new AbortController();
  const learner = new Learner(pipeline, engine, stopping.signal);
  cleanups.add(async () => {
    stopping.abort(new InterruptedError());
    await learner.idle;
  });

  const problem = await encoderProblem(ffmpeg);
  if (problem)
    log.warn(
      `pictures are offered as JPEG only and nothing is published, since this ffmpeg cannot encode H.264: ${problem}`,
    );
  const spawnEncoder = problem === undefined && { spawnEncoder: encoderSpawner(ffmpeg) };
  const onStatus = (status: CameraStatus): void => {
    onLearning?.(status.id, status.learning);
    status$.next(status);
  };
  const cameras = new Cameras({
    open: async (camera) =>
      openRunningCamera(camera, {
        ...{ ffmpeg, learning: pipeline.learning, queue, demand, models, denoisers, learner, alerts: store, media },
        ...{ metrics, log, predictions$, pictures$, onStatus, ...spawnEncoder },
      }),
    onStatus,
    onKept: (kept) => keepModels(kept, models, denoisers),
    onRemoved: (id) => void metrics.removeCamera(id).catch(logError),
  });
  cleanups.add(async () => cameras.close());
  const sampling = setInterval(() => metrics.queueLength.set({ queue: 'inference' }, queue.length), sampleIntervalMs);
  cleanups.add(() => clearInterval(sampling));
  const [failure] = await cameras.set(pipeline.cameras);
  if (failure) throw failure;
  const control = new PipelineControl(file, { cameras, log });
  // Before the server: what a viewer sees announced is in the outbox already.
  const notifiers = notifyAlerts(pipeline, { alerts$, store, status, status$, predictions$, metrics, log, cleanups });
  const server = await startServer(
    {
      ...spawnEncoder,
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
      cameras$: cameras.changes$,
      problems$: control.problems$,
      control,
      predictions$,
      pictures$,
      demand,
      alerts$,
      alerts: store,
      alertMedia: media.files,
      notifiers,
      ...cameraTools(pipeline, { cameras, pictures$, demand, ffmpeg, log, cleanups }),
      judge,
      remove,
      metrics,
      ready: () => status().every(isWatched),
    },
  );
  cleanups.add(async () => server.close());
  await cameras.start();
  cleanups.add(control.watch());

  const close = async (): Promise<void> => {
    try {
      await cameras.close();
    } finally {
      // Closes the open alerts, while the store and the viewers are still there.
      predictions$.complete();
      pictures$.complete();
      await cleanups.run();
    }
  };
  return { url: server.url, status, predictions$, pictures$, demand, alerts$, close };
};
