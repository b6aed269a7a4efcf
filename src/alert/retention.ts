import type { Alert } from '../core/status.ts';
import type { AlertStore } from './alert-store.ts';

/** How long alerts are kept, and how much disk space all that is kept of them may take. */
export interface RetentionLimits {
  readonly days: number;
  readonly megabytes: number;
}

export interface RetentionDeps {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Lets others have their turn between two batches; resolves with false to stop. */
  readonly pause: () => Promise<boolean>;
  /** Told of each alert that was removed. */
  readonly onRemoved: (alert: Alert) => void;
}

const dayMs = 86_400_000;
const batch = 100;
/** Near the limit little is removed at a time. */
const fullBatch = 10;
/** What comes after an alert, its clip, is written by then. */
const writtenMs = 120_000;

/**
 * Removes alerts that are too old, then, while all together take too much space, the oldest; those judged real last. In
 * small batches. Rejects with StoreError.
 */
export const retain = async (
  store: Pick<AlertStore, 'measure' | 'bytes' | 'remove'>,
  { days, megabytes }: RetentionLimits,
  { now, pause, onRemoved }: RetentionDeps,
): Promise<void> => {
  for (;;) {
    const removed = store.remove({ to: now - days * dayMs }, batch);
    removed.forEach(onRemoved);
    if (!(await pause())) return;
    if (removed.length < batch) break;
  }
  while (store.measure(now - writtenMs, batch) === batch) if (!(await pause())) return;
  while (store.bytes() > megabytes * 2 ** 20) {
    const removed = store.remove({ to: now - writtenMs }, fullBatch, 'real-last');
    removed.forEach(onRemoved);
    if (removed.length === 0 || !(await pause())) return;
  }
};
