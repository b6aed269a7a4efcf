import { Observable, interval, map } from 'rxjs';

import { preciseNow } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import type { AlertEvent, CameraStatus } from '../core/status.ts';
import { AlertGroups } from './alert-groups.ts';
import type { AlertStore } from './alert-store.ts';
import { CameraWatch } from './camera-watch.ts';
import type { AlertChange, AlertOptions } from './camera-watch.ts';
import { DownWatch } from './down-watch.ts';
import type { DownOptions, LastFrameOf } from './down-watch.ts';

interface AlertSurroundings {
  /**
   * Told of what failed for a camera, perhaps with every frame: an alert that could not be recorded (it is announced all
   * the same), a picture that could not be encoded. The other cameras go on.
   */
  readonly onError: (error: unknown, camera: string) => void;
  /** The time now and then, in the clock of `frame.capturedAt`: it ends the incidents of cameras that went away. */
  readonly ticks$?: Observable<number>;
  /** Whether an alert that begins then, in milliseconds since the epoch, is a quiet one. Without it none is. */
  readonly isQuiet?: (startAt: number) => boolean;
  /** All cameras as they are now: those that give no picture raise an alert as well. Without it none does. */
  readonly cameras?: () => readonly Pick<CameraStatus, 'id' | 'state'>[];
  /** What the alerts of those show. Without it nothing. */
  readonly lastFrameOf?: LastFrameOf;
}

interface GroupOptions {
  /** Alerts of several cameras that begin within so long of the first one belong together. */
  readonly groupSeconds: number;
}

const usualDownSeconds = 30;

/**
 * Alerts from the predictions of all cameras: one an incident. Each event is recorded, picture first, before it is
 * announced. When the predictions complete, open alerts are closed. Unsubscribing leaves them as they are in the store.
 */
export const watchAlerts = (
  predictions$: Observable<Prediction>,
  store: Pick<AlertStore, 'save' | 'saveFootage' | 'setGroup'>,
  options: AlertOptions & Partial<DownOptions & GroupOptions>,
  {
    onError,
    ticks$ = interval(1000).pipe(map(preciseNow)),
    cameras,
    isQuiet = () => false,
    lastFrameOf = () => undefined,
  }: AlertSurroundings,
): Observable<AlertEvent> =>
  new Observable((subscriber) => {
    const watches = new Map<string, CameraWatch>();
    const groups = new AlertGroups(options.groupSeconds ?? 0);
    const down = new DownWatch({ cameraDownSeconds: usualDownSeconds, ...options }, lastFrameOf);
    const attempt = <T>(camera: string, run: () => T): T | undefined => {
      try {
        return run();
      } catch (error) {
        onError(error, camera);
        return undefined;
      }
    };
    const announce = ({ event, alert: found, takeJpeg, footage }: AlertChange): void => {
      const { camera } = found;
      const { group, isNew } = event === 'opened' ? groups.join(found) : { group: null, isNew: false };
      const alert = { ...found, group, isQuiet: isQuiet(found.startAt) };
      const jpeg = attempt(camera, takeJpeg);
      const unrecorded = { ...alert, verdict: null, hasClip: false };
      const recorded = attempt(camera, () => ({ alert: store.save(alert, jpeg) })) ?? { alert: unrecorded };
      // Somebody deleted it while it goes on.
      if (!recorded.alert) return;
      const told = recorded.alert;
      if (footage && told !== unrecorded) attempt(camera, () => store.saveFootage(told, footage));
      subscriber.next({ event, alert: told });
      const first = isNew && group !== null ? attempt(camera, () => store.setGroup(group, group)) : undefined;
      if (first) subscriber.next({ event: 'updated', alert: first });
    };
    const announceAll = (camera: string, changes: () => AlertChange[]): void =>
      attempt(camera, changes)?.forEach(announce);

    subscriber.add(
      ticks$.subscribe((now) => {
        const present = cameras?.();
        const known = present && new Set(present.map(({ id }) => id));
        watches.forEach((watch, camera) => {
          const isGone = known?.has(camera) === false;
          announceAll(camera, () => (isGone ? watch.close() : watch.tick(now)));
          if (isGone) watches.delete(camera);
        });
        down.next(present ?? [], now).forEach(announce);
      }),
    );
    subscriber.add(
      predictions$.subscribe({
        next(prediction) {
          const { camera } = prediction.frame;
          const watch = watches.get(camera) ?? new CameraWatch(camera, options);
          watches.set(camera, watch);
          announceAll(camera, () => watch.next(prediction));
        },
        error: (error) => subscriber.error(error),
        complete() {
          watches.forEach((watch, camera) => announceAll(camera, () => watch.close()));
          // Without any camera: each that was down is told to be over.
          down.next([], preciseNow()).forEach(announce);
          subscriber.complete();
        },
      }),
    );
  });
