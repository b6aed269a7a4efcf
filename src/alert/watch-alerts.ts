import { randomUUID } from 'node:crypto';

import { Observable, interval, map } from 'rxjs';

import type { StoreError } from '../core/errors.ts';
import { preciseNow } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Alert, AlertEvent } from '../core/status.ts';
import type { AlertStore } from './alert-store.ts';
import { IncidentTracker } from './incident-tracker.ts';
import type { IncidentEvent, IncidentOptions } from './incident-tracker.ts';
import { PeakFrame } from './peak-frame.ts';

export interface AlertOptions extends IncidentOptions {
  /** Quality of the snapshots, 1..100. */
  readonly jpegQuality: number;
}

interface AlertSurroundings {
  /** Told of alerts that could not be recorded; they are announced all the same. */
  readonly onError: (error: StoreError, alert: Alert) => void;
  /** The time now and then, in the clock of `frame.capturedAt`: it ends the incidents of cameras that went away. */
  readonly ticks$?: Observable<number>;
}

/**
 * Alerts from the predictions of all cameras: one an incident. Each event is recorded, picture first, before it is
 * announced. When the predictions complete, open alerts are closed. Unsubscribing leaves them as they are in the store.
 */
export const watchAlerts = (
  predictions$: Observable<Prediction>,
  store: Pick<AlertStore, 'save'>,
  options: AlertOptions,
  { onError, ticks$ = interval(1000).pipe(map(preciseNow)) }: AlertSurroundings,
): Observable<AlertEvent> =>
  new Observable((subscriber) => {
    const watches = new Map<string, CameraWatch>();
    const announce = (change: AlertChange | undefined): void => {
      if (!change) return;
      const { event, alert, jpeg } = change;
      try {
        store.save(alert, jpeg);
      } catch (error) {
        onError(error as StoreError, alert);
      }
      subscriber.next({ event, alert });
    };
    const announceAll = (changeOf: (watch: CameraWatch) => AlertChange | undefined): void => {
      for (const watch of watches.values()) announce(changeOf(watch));
    };

    subscriber.add(ticks$.subscribe((now) => announceAll((watch) => watch.tick(now))));
    subscriber.add(
      predictions$.subscribe({
        next({ frame, predScore }) {
          if (predScore === undefined) return;
          const watch = watches.get(frame.camera) ?? new CameraWatch(frame.camera, options);
          watches.set(frame.camera, watch);
          announce(watch.next(frame, predScore));
        },
        error: (error) => subscriber.error(error),
        complete() {
          announceAll((watch) => watch.close());
          subscriber.complete();
        },
      }),
    );
  });

interface AlertChange extends AlertEvent {
  /** Present when the peak has changed since the last event. */
  readonly jpeg: Uint8Array | undefined;
}

/** The incidents of one camera with their identity and their picture. */
class CameraWatch {
  readonly #camera: string;
  readonly #tracker: IncidentTracker;
  readonly #peak: PeakFrame;
  #id = '';

  constructor(camera: string, options: AlertOptions) {
    this.#camera = camera;
    this.#tracker = new IncidentTracker(options);
    this.#peak = new PeakFrame(options.jpegQuality);
  }

  next(frame: Prediction['frame'], predScore: number): AlertChange | undefined {
    const change = this.#tracker.next(predScore, frame.capturedAt);
    // `frame.data` is gone after this call, and this frame may be the peak that a later event shows.
    if (this.#tracker.current?.peakAt === frame.capturedAt) this.#peak.keep(frame);
    return this.#changeOf(change);
  }

  tick(now: number): AlertChange | undefined {
    return this.#changeOf(this.#tracker.tick(now));
  }

  close(): AlertChange | undefined {
    return this.#changeOf(this.#tracker.close());
  }

  #changeOf(change: IncidentEvent | undefined): AlertChange | undefined {
    if (!change) return undefined;
    if (change.event === 'opened') this.#id = randomUUID();
    const snapshot = `${this.#id}.jpg`;
    const alert: Alert = { id: this.#id, camera: this.#camera, kind: 'anomaly', ...change.incident, snapshot };
    return { event: change.event, alert, jpeg: this.#peak.takeJpeg(alert.peakAt) };
  }
}
