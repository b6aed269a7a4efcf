import { asyncScheduler, defer, retry, tap, timer } from 'rxjs';
import type { Observable, SchedulerLike } from 'rxjs';

export interface Backoff {
  /** The longest wait after the first failure; it doubles with each further one, up to `maxMs`. */
  readonly initialMs: number;
  readonly maxMs: number;
  /** Values must have flowed for this long before a failure counts as the first one again. */
  readonly resetAfterMs: number;
}

export const defaultBackoff: Backoff = { initialMs: 500, maxMs: 30_000, resetAfterMs: 10_000 };

export interface SuperviseOptions {
  readonly backoff?: Backoff;
  /** Told of each failure, and how long until the next attempt. */
  readonly onFailure?: (error: unknown, retryInMs: number) => void;
  /** 0..1; the waits are spread evenly over 0..limit ("full jitter"), so that many cameras do not return at once. */
  readonly random?: () => number;
  /** The clock. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Runs `runOnce` again and again: after each error it waits (capped exponential backoff with full jitter) and subscribes anew.
 * `attempt` counts from 1 since the last success. Completion is passed on; unsubscribing ends everything.
 * Source: https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export const supervise = <T>(
  runOnce: (attempt: number) => Observable<T>,
  { backoff = defaultBackoff, onFailure, random = Math.random, scheduler = asyncScheduler }: SuperviseOptions = {},
): Observable<T> =>
  defer(() => {
    let failures = 0;
    let flowingSince: number | undefined;

    const delay = (error: unknown): Observable<0> => {
      if (flowingSince !== undefined && scheduler.now() - flowingSince >= backoff.resetAfterMs) failures = 0;
      const retryInMs = Math.round(random() * Math.min(backoff.maxMs, backoff.initialMs * 2 ** failures));
      failures += 1;
      onFailure?.(error, retryInMs);
      return timer(retryInMs, scheduler);
    };

    return defer(() => {
      flowingSince = undefined;
      return runOnce(failures + 1);
    }).pipe(
      tap(() => (flowingSince ??= scheduler.now())),
      retry({ delay }),
    );
  });
