import { severities } from '../core/status.ts';
import type { Alert, Severity } from '../core/status.ts';

/** What a notification tells: an alert began, or ended (again, when a new rise had continued it). */
export type NotificationEvent = 'opened' | 'closed';

/** Which alerts somebody wants to be told of; what is absent keeps nothing away. */
export interface AlertFilter {
  readonly cameras?: readonly string[] | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly minSeverity?: Severity | undefined;
}

/** Whether the filter lets the alert through. A quiet alert is recorded and shown, and nobody is told of it. */
export const isWanted = (alert: Alert, { cameras, kinds, minSeverity }: AlertFilter): boolean =>
  !alert.isQuiet &&
  (cameras?.includes(alert.camera) ?? true) &&
  (kinds?.includes(alert.kind) ?? true) &&
  (minSeverity === undefined || severities.indexOf(alert.severity) >= severities.indexOf(minSeverity));

/** What there is to tell of an alert as it is now, the first thing first. */
export const eventsOf = ({ endAt }: Pick<Alert, 'endAt'>): NotificationEvent[] =>
  endAt === null ? ['opened'] : ['opened', 'closed'];

/**
 * The id that stays the same however often a notification is sent: receivers know a repeated one by it. An alert that
 * goes on after it had closed closes again, which is another notification. Without a full stop, as Standard Webhooks asks.
 */
export const notificationId = ({ id, endAt }: Pick<Alert, 'id' | 'endAt'>, event: NotificationEvent): string =>
  event === 'opened' ? `${id}-opened` : `${id}-closed-${Math.round(endAt ?? 0)}`;
