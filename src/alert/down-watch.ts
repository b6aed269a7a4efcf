import { randomUUID } from 'node:crypto';

import type { CameraStatus } from '../core/status.ts';
import type { AlertChange } from './camera-watch.ts';
import { IncidentTracker } from './incident-tracker.ts';
import type { KeptFrame } from './kept-frame.ts';
import { severityOf } from './severity.ts';

export interface DownOptions {
  /** Seconds without a picture after which a camera is down. */
  readonly cameraDownSeconds: number;
  /** One that goes again so soon after it was back is the same incident. */
  readonly cooldownSeconds: number;
}

type CameraState = Pick<CameraStatus, 'id' | 'state'>;

const kind = 'camera-down';
const isAway = ({ state }: CameraState): boolean => state === 'connecting' || state === 'failed';

/** A camera's last frame, for as long as it is the same camera; undefined when it gave none. */
export type LastFrameOf = (camera: string) => Pick<KeptFrame, 'capturedAt' | 'takeJpeg'> | undefined;

interface WatchedCamera {
  readonly tracker: IncidentTracker;
  /** Of its newest alert. */
  id: string;
  snapshotAt: number | null;
}

/** Tells of cameras that give no picture. What an alert shows is the last one before it opened. */
export class DownWatch {
  readonly #options: DownOptions;
  readonly #lastFrameOf: LastFrameOf;
  readonly #cameras = new Map<string, WatchedCamera>();

  constructor(options: DownOptions, lastFrameOf: LastFrameOf) {
    this.#options = options;
    this.#lastFrameOf = lastFrameOf;
  }

  /** Takes all cameras as they are, every second or so; `now`: milliseconds since the epoch. One that is gone is not down. */
  next(cameras: readonly CameraState[], now: number): AlertChange[] {
    const away = new Set(cameras.filter(isAway).map(({ id }) => id));
    const known = new Set(cameras.map(({ id }) => id));
    const changes: AlertChange[] = [];
    for (const camera of new Set([...known, ...this.#cameras.keys()])) {
      changes.push(...this.#see(camera, away.has(camera), now));
      if (!known.has(camera)) this.#cameras.delete(camera);
    }
    return changes;
  }

  #see(camera: string, isDown: boolean, now: number): AlertChange[] {
    const { cameraDownSeconds, cooldownSeconds } = this.#options;
    const watched = this.#cameras.get(camera) ?? {
      tracker: new IncidentTracker({ minSeconds: cameraDownSeconds, clearBelow: 1, holdSeconds: 0, cooldownSeconds }),
      id: '',
      snapshotAt: null,
    };
    this.#cameras.set(camera, watched);
    const change = watched.tracker.next(isDown ? 1 : 0, now);
    if (!change) return [];
    const { event, incident } = change;
    const last = event === 'opened' ? this.#lastFrameOf(camera) : undefined;
    if (event === 'opened') Object.assign(watched, { id: randomUUID(), snapshotAt: last?.capturedAt ?? null });
    const { id, snapshotAt } = watched;
    const severity = severityOf({ kind, peakScore: incident.peakScore });
    const snapshot = snapshotAt === null ? '' : `${id}.jpg`;
    return [
      {
        event,
        alert: { id, camera, kind, severity, ...incident, snapshot, snapshotAt },
        takeJpeg: () => (snapshotAt === null ? undefined : last?.takeJpeg(snapshotAt)),
      },
    ];
  }
}
