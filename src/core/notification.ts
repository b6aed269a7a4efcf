import type { Alert } from './status.ts';

/** Somebody who is told of alerts, as users see it. Never holds a password or a secret. */
export interface NotifierStatus {
  readonly name: string;
  readonly kind: 'mqtt' | 'webhook';
  /** MQTT: connected to the broker. Webhook: the last attempt succeeded, or none was made yet. */
  readonly isUp: boolean;
  /** Why it is not up. */
  readonly message?: string;
  /** Notifications that wait, and those that were given up (dead letters). */
  readonly pending: number;
  readonly dead: number;
}

/** A notification that was given up. */
export interface DeadLetter {
  readonly id: number;
  readonly notifier: string;
  /** As it was when the notification was queued. */
  readonly alert: Alert;
  readonly attempts: number;
  /** Why it was given up. */
  readonly message: string;
  /** When it was given up: milliseconds since the epoch. */
  readonly at: number;
}

/** What happened to notifications: an attempt that failed is `failed`, a dead letter that made room for newer ones `discarded`. */
export type NotificationOutcome = 'delivered' | 'failed' | 'dead' | 'discarded';
