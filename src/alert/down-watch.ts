import { randomUUID } from 'node:crypto';

import type { CameraStatus } from '../core/status.ts';
import type { AlertChange } from './camera-watch.ts';
import { IncidentTracker } from './incident-tracker.ts';
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

/** Tells of cameras that give no picture. It has none to show: the alerts have no snapshot. */
export class DownWatch {
  readonly #options: DownOptions;
  readonly #cameras = new Map<string, { readonly tracker: IncidentTracker; id: string }>();

  constructor(options: DownOptions) {
    this.#options = options;
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
    };
    this.#cameras.set(camera, watched);
    const change = watched.tracker.next(isDown ? 1 : 0, now);
    if (!change) return [];
    if (change.event === 'opened') watched.id = randomUUID();
    const { id } = watched;
    const { event, incident } = change;
    const severity = severityOf({ kind, peakScore: incident.peakScore });
    return [{ event, alert: { id, camera, kind, severity, ...incident, snapshot: '' }, takeJpeg: () => undefined }];
  }
}
