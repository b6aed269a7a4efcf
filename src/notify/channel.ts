import type { NotifierStatus } from '../core/notification.ts';
import type { Alert } from '../core/status.ts';
import type { Notification } from './outbox.ts';

/**
 * How an attempt ended. `later`: nothing is wrong with the notification, it is tried again, after `afterMs` when the
 * receiver asked for it. `refused`: it would never be taken. Messages hold no password, no secret and no path of a URL.
 */
export type Attempt =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'later'; readonly message: string; readonly afterMs?: number }
  | { readonly outcome: 'refused'; readonly message: string };

/** A way to somebody. */
export interface Channel {
  readonly kind: NotifierStatus['kind'];
  /** Where it leads, for people: scheme, host and port. */
  readonly address: string;
  /** Attempts after which a notification is given up; Infinity where only waiting too long does that. */
  readonly maxAttempts: number;
  /** Attempts at a time; those of one alert follow each other all the same. */
  readonly concurrency: number;
  /** Whether an attempt makes sense now. Who makes it so wakes the courier. */
  readonly isReady: boolean;
  /** Tries once. Never rejects. */
  deliver(notification: Notification, signal: AbortSignal): Promise<Attempt>;
  /** Sends something that is no alert. Never rejects. */
  test(signal: AbortSignal): Promise<Attempt>;
  close(): Promise<void>;
}

/** What channels take from the alert store. */
export interface AlertPictures {
  /** The alert's JPEG as it is now; undefined when there is none. Never rejects. */
  readonly readPicture: (alert: Pick<Alert, 'id' | 'snapshot'>) => Promise<Uint8Array | undefined>;
}
