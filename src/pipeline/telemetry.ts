import type { CameraEvent } from '../core/camera.ts';
import { preciseNow } from '../core/frame.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import { alertKinds } from '../core/status.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Inferred } from './inference.ts';
import type { Log } from './log.ts';

/** Writes what happens to a camera into the log and the metrics. The messages are free of passwords already. */
export const recordEvent = (log: Log, metrics: Metrics, camera: string, event: CameraEvent): void => {
  switch (event.type) {
    case 'connecting':
      metrics.cameraUp.set({ camera }, 0);
      // From 0 on: Prometheus counts no increase to a series' first value, which would be the first alert.
      for (const kind of alertKinds) metrics.alerts.inc({ camera, kind }, 0);
      break;
    case 'connected':
      metrics.cameraUp.set({ camera }, 1);
      log.info({ camera, afterMs: Math.round(event.afterMs) }, 'connected');
      break;
    case 'failed':
      metrics.cameraUp.set({ camera }, 0);
      metrics.cameraReconnects.inc({ camera, cause: event.cause });
      log.warn({ camera, cause: event.cause, retryInMs: Math.round(event.retryInMs ?? 0) }, event.message);
  }
};

type InferenceRecord = Pick<Inferred, 'answers' | 'queuedMs' | 'inferenceMs'> & {
  readonly work: Pick<Inferred['work'], 'stream'>;
};

/** Each frame of a run waited by itself; the run they share is counted with its first. */
export const recordInference = (metrics: Metrics, { work, answers, queuedMs, inferenceMs }: InferenceRecord): void => {
  // The stages are those of frames that are analysed.
  if (work.stream === 'analysis') {
    metrics.stageSeconds.observe({ stage: 'queue' }, queuedMs / 1000);
    metrics.stageSeconds.observe({ stage: 'inference' }, inferenceMs / 1000);
  }
  if (answers.some((answer) => answer?.index === 0)) metrics.inferenceSeconds.observe(inferenceMs / 1000);
};

export const recordPrediction = (metrics: Metrics, { frame: { camera, capturedAt }, predScore }: Prediction): void => {
  if (predScore !== undefined) metrics.anomalyScore.set({ camera }, predScore);
  metrics.stageSeconds.observe({ stage: 'end_to_end' }, (preciseNow() - capturedAt) / 1000);
};

export const recordPicture = (metrics: Metrics, { frame: { capturedAt }, denoised }: LivePicture): void =>
  metrics.livePictureSeconds.observe({ picture: denoised ? 'denoised' : 'raw' }, (preciseNow() - capturedAt) / 1000);

/** Passes on at most one call in `intervalMs`; an engine that fails on every frame fills no disk. */
export const throttled = <T extends unknown[]>(intervalMs: number, call: (...values: T) => void) => {
  let lastAt = -Infinity;
  return (...values: T): void => {
    if (performance.now() - lastAt < intervalMs) return;
    lastAt = performance.now();
    call(...values);
  };
};
