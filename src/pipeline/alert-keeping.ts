import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';

import { Observable, Subject, exhaustMap, interval, merge, share, tap, timer } from 'rxjs';

import type { AlertIdFilter } from '../alert/alert-query.ts';
import type { AlertStore } from '../alert/alert-store.ts';
import { isQuietAt } from '../alert/quiet-hours.ts';
import { retain } from '../alert/retention.ts';
import { watchAlerts } from '../alert/watch-alerts.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { Pipeline } from '../config/pipeline.ts';
import { messageOf } from '../core/errors.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Alert, AlertEvent, AlertKind, CameraStatus, Verdict } from '../core/status.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Log } from './log.ts';
import { AlertMedia } from './alert-media.ts';
import { throttled } from './telemetry.ts';

const kindText: Readonly<Record<AlertKind, string>> = {
  anomaly: 'something unusual',
  'scene-change': 'the scene changed',
  'camera-down': 'no picture comes',
  'camera-covered': 'the camera is covered',
  'camera-moved': 'the camera was moved',
};

/** How often it is looked for clips that no picture ends. */
const clipTickMs = 1000;
const retainEveryMs = 300_000;
/** So many alerts are removed before others get their turn. */
const removedAtOnce = 100;

export interface AlertKeepingDeps {
  readonly store: AlertStore;
  readonly predictions$: Observable<Prediction>;
  /** All cameras as they are now. */
  readonly status: () => readonly CameraStatus[];
  readonly metrics: Pick<Metrics, 'alerts'>;
  readonly log: Log;
  /** Makes the clips. */
  readonly ffmpeg: Ffmpeg;
}

/** The alerts of a running pipeline: found, recorded, judged and removed. */
export interface AlertKeeping {
  /** Every change of an alert, after it was recorded. */
  readonly alerts$: Observable<AlertEvent>;
  /** Clips, scores and heat maps; to be closed after the last alert. */
  readonly media: AlertMedia;
  readonly judge: (id: string, verdict: Verdict | null) => Alert | undefined;
  readonly remove: (filter: AlertIdFilter) => Promise<number>;
}

/** Alerts are looked for while somebody subscribes to `alerts$`. */
export const keepAlerts = (
  { alerts, server, storage }: Pick<Pipeline, 'alerts' | 'server' | 'storage'>,
  { store, predictions$, status, metrics, log, ffmpeg }: AlertKeepingDeps,
): AlertKeeping => {
  const others$ = new Subject<AlertEvent>();
  const media = new AlertMedia(path.join(storage.path, 'alerts'), alerts, {
    ffmpeg,
    store,
    jpegQuality: server.jpegQuality,
    onClip: (alert) => others$.next({ event: 'updated', alert }),
    onError: throttled(5000, (error: unknown, camera: string) =>
      log.error({ camera, error: messageOf(error) }, 'the clip or the scores of an alert could not be kept'),
    ),
    ticks$: interval(clipTickMs),
  });
  // Before the alerts that come of a prediction.
  predictions$.subscribe((prediction) => media.onPrediction(prediction));
  const detected$ = watchAlerts(
    predictions$,
    store,
    { ...alerts, jpegQuality: server.jpegQuality },
    {
      cameras: status,
      lastFrameOf: (camera) => media.lastFrameOf(camera),
      isQuiet: (startAt) => isQuietAt(alerts, startAt),
      onError: throttled(5000, (error, camera) =>
        log.error({ camera, error: messageOf(error) }, 'an alert could not be kept'),
      ),
    },
  ).pipe(
    tap(({ event, alert: { camera, kind, peakScore, id } }) => {
      if (event === 'opened') metrics.alerts.inc({ camera, kind });
      if (event !== 'updated') log.warn({ camera, kind, alert: id, peakScore }, `${kindText[kind]}: alert ${event}`);
    }),
  );
  const logRetention = (error: unknown): void =>
    log.error({ error: messageOf(error) }, 'alerts beyond the retention could not be removed');
  const retained$ = new Observable<AlertEvent>((subscriber) => {
    const onRemoved = (alert: Alert): void => subscriber.next({ event: 'deleted', alert });
    const pause = async (): Promise<boolean> => {
      await breathe();
      return !subscriber.closed;
    };
    const rounds = timer(0, retainEveryMs).pipe(
      exhaustMap(async () =>
        retain(store, alerts.retention, { now: Date.now(), pause, onRemoved }).catch(logRetention),
      ),
    );
    return rounds.subscribe();
  });
  return {
    alerts$: merge(detected$, others$, retained$).pipe(
      tap((event) => media.onAlert(event)),
      share(),
    ),
    media,
    judge: (id, verdict) => {
      const alert = store.setVerdict(id, verdict);
      if (!alert) return undefined;
      log.info({ camera: alert.camera, alert: id, verdict }, 'alert judged');
      others$.next({ event: 'updated', alert });
      return alert;
    },
    remove: async (filter) => {
      let count = 0;
      for (;;) {
        const removed = store.remove(filter, removedAtOnce);
        count += removed.length;
        for (const alert of removed) others$.next({ event: 'deleted', alert });
        if (removed.length < removedAtOnce) break;
        await breathe();
      }
      if (count > 0) log.info({ count, ...filter }, 'alerts deleted');
      return count;
    },
  };
};
