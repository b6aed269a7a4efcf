import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { filter, interval, merge } from 'rxjs';
import type { Observable } from 'rxjs';

import type { AlertStore } from '../alert/alert-store.ts';
import type { Pipeline } from '../config/pipeline.ts';
import type { Prediction } from '../core/prediction.ts';
import type { AlertEvent, CameraStatus } from '../core/status.ts';
import { startNotifiers } from '../notify/notifiers.ts';
import type { Notifiers } from '../notify/notifiers.ts';
import type { Metrics } from '../server/metrics.ts';
import type { Cleanups } from './cleanups.ts';
import type { Log } from './log.ts';
import { throttled } from './telemetry.ts';

export interface NotifyDeps {
  readonly alerts$: Observable<AlertEvent>;
  readonly store: Pick<AlertStore, 'list' | 'snapshotPath'>;
  /** The cameras that there are at this moment. */
  readonly status: () => readonly CameraStatus[];
  readonly status$: Observable<unknown>;
  readonly predictions$: Observable<Prediction>;
  readonly metrics: Pick<Metrics, 'notifications' | 'notificationsPending'>;
  readonly log: Log;
  readonly cleanups: Pick<Cleanups, 'add'>;
}

/** How often it is looked whether cameras came or went. */
const camerasMs = 2000;
const problemMs = 10_000;

const appVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/**
 * Tells the notifiers of a pipeline of its alerts, and of how its cameras are, until `cleanups` run. Whoever subscribes to
 * `alerts$` later hears of an alert when it is in the outbox already. Throws StoreError.
 */
export const notifyAlerts = (
  { notify, storage }: Pick<Pipeline, 'notify' | 'storage'>,
  { alerts$, store, status, status$, predictions$, metrics, log, cleanups }: NotifyDeps,
): Notifiers => {
  const known = new Set(status().map(({ id }) => id));
  for (const { name, cameras = [] } of notify)
    for (const camera of cameras.filter((id) => !known.has(id)))
      log.warn({ notifier: name, camera }, 'a notifier waits for alerts of a camera that does not exist');
  const notifiers = startNotifiers(notify, status(), {
    folder: storage.path,
    alerts: store,
    appVersion: appVersion(),
    readPicture: async ({ snapshot }) =>
      snapshot === '' ? undefined : readFile(store.snapshotPath({ snapshot })).catch(() => undefined),
    onOutcome: (notifier, outcome, count) => {
      metrics.notifications.inc({ notifier, outcome }, count);
      if (outcome === 'dead' || outcome === 'discarded')
        log.error({ notifier, outcome, count }, 'notifications were not delivered');
    },
    onPending: (notifier, pending) => metrics.notificationsPending.set({ notifier }, pending),
    onStatus: ({ name, kind, isUp, message, pending }, address) => {
      if (isUp) log.info({ notifier: name, kind, address, pending }, 'the notifier is up');
      else log.warn({ notifier: name, kind, address, pending }, `the notifier is down: ${message}`);
    },
    onProblem: throttled(problemMs, (notifier, message) => log.error({ notifier }, `notifying failed: ${message}`)),
  });
  const announcing = alerts$.subscribe((event) => notifiers.announce(event));
  const cameras = merge(status$, interval(camerasMs)).subscribe(() => notifiers.setCameras(status()));
  const scores = predictions$
    .pipe(filter(({ predScore }) => predScore !== undefined))
    .subscribe(({ frame, predScore = 0 }) => notifiers.setScore(frame.camera, predScore));
  cleanups.add(async () => {
    for (const subscription of [announcing, cameras, scores]) subscription.unsubscribe();
    await notifiers.close();
  });
  return notifiers;
};
