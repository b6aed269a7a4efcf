import type { Alert } from '../core/status.ts';

type Opened = Pick<Alert, 'id' | 'camera' | 'startAt'>;

/** More alerts than this are not looked back at. */
const remembered = 100;

/** Which alerts of several cameras belong together: those that begin within a time of the first of them. */
export class AlertGroups {
  readonly #withinMs: number;
  #recent: { readonly first: Opened; readonly cameras: Set<string>; isGroup: boolean }[] = [];

  /** 0 seconds: every alert is alone. */
  constructor(seconds: number) {
    this.#withinMs = seconds * 1000;
  }

  /** Takes an alert that begins: its group, null while it is alone, and whether the first one is only now a group's. */
  join(alert: Opened): { readonly group: string | null; readonly isNew: boolean } {
    const found = this.#recent.find(
      ({ first, cameras }) =>
        Math.abs(alert.startAt - first.startAt) <= this.#withinMs && (cameras.size > 1 || !cameras.has(alert.camera)),
    );
    if (this.#withinMs === 0) return { group: null, isNew: false };
    if (!found) {
      this.#recent = [{ first: alert, cameras: new Set([alert.camera]), isGroup: false }, ...this.#recent].slice(
        0,
        remembered,
      );
      return { group: null, isNew: false };
    }
    const isNew = !found.isGroup;
    found.isGroup = true;
    found.cameras.add(alert.camera);
    return { group: found.first.id, isNew };
  }
}
