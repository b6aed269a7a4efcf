import { setImmediate as breathe } from 'node:timers/promises';

import { type Observable, Subject, merge, share, tap } from 'rxjs';

import type { AlertIdFilter } from '../alert/alert-query.ts';
import type { AlertStore } from '../alert/alert-store.ts';
import { watchAlerts } from '../alert/watch-alerts.ts';
import type { Pipeline } from '../config/pipeline.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Alert, AlertEvent, AlertKind, Verdict } from '../core/status.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Log } from './log.ts';
import { messageOf, throttled } from './telemetry.ts';

const kindText: Readonly<Record<AlertKind, string>> = {
  anomaly: 'something unusual',
  'scene-change': 'the scene changed',
  'camera-down': 'no picture comes',
  'camera-covered': 'the camera is covered',
  'camera-moved': 'the camera was moved',
};

/** So many alerts are removed before others get their turn. */
const removedAtOnce = 100;

export interface AlertKeepingDeps {
  readonly store: AlertStore;
  readonly predictions$: Observable<Prediction>;
  readonly metrics: Pick<Metrics, 'alerts'>;
  readonly log: Log;
}

/** The alerts of a running pipeline: found, recorded, judged and removed. */
export interface AlertKeeping {
  /** Every change of an alert, after it was recorded. */
  readonly alerts$: Observable<AlertEvent>;
  readonly judge: (id: string, verdict: Verdict | null) => Alert | undefined;
  readonly remove: (filter: AlertIdFilter) => Promise<number>;
}

/** Alerts are looked for while somebody subscribes to `alerts$`. */
export const keepAlerts = (
  { alerts, server }: Pick<Pipeline, 'alerts' | 'server'>,
  { store, predictions$, metrics, log }: AlertKeepingDeps,
): AlertKeeping => {
  const others$ = new Subject<AlertEvent>();
  const detected$ = watchAlerts(
    predictions$,
    store,
    { ...alerts, jpegQuality: server.jpegQuality },
    {
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
  return {
    alerts$: merge(detected$, others$).pipe(share()),
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
