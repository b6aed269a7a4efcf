import { addressOf } from '../state/route.ts';
import { kindText, severityText, snapshotPath } from '../ui/alert-text.ts';
import type { Alert } from '../wire.ts';

/** What the browser says of notifications: `unsupported` also where the page is not secure. */
export const permission = (): NotificationPermission | 'unsupported' =>
  'Notification' in window && isSecureContext ? Notification.permission : 'unsupported';

/** Whether somebody is looking at the page, who sees the alert anyway. */
const isWatched = (): boolean => !document.hidden && document.hasFocus();

/** Tells of an alert through the browser, unless it is a quiet one or the page is being watched. */
export const notifyOf = (alert: Alert): void => {
  if (permission() !== 'granted' || alert.isQuiet || isWatched()) return;
  const { id, camera, kind, severity, snapshot } = alert;
  try {
    const notification = new Notification(`${camera}: ${kindText[kind]}`, {
      body: `${severityText[severity]} severity`,
      // One alert is one notification, however many pages are open.
      tag: id,
      ...(snapshot !== '' && { icon: `api/${snapshotPath(alert)}` }),
    });
    notification.addEventListener('click', () => {
      window.focus();
      location.hash = addressOf.alert(id);
      notification.close();
    });
  } catch {
    // Browsers of telephones allow it to service workers only.
  }
};
