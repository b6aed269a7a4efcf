import type { Alert, AlertChange } from '../wire.ts';

const newestFirst = (a: Alert, b: Alert): number => b.startAt - a.startAt || (a.id < b.id ? 1 : -1);

/** The list with these alerts, each once, newest first. */
export const withAlerts = (list: readonly Alert[], more: readonly Alert[]): readonly Alert[] => {
  const byId = new Map([...list, ...more].map((alert) => [alert.id, alert]));
  return [...byId.values()].sort(newestFirst);
};

/**
 * The list after a change; the very same one if it is not concerned. An alert that is in the list stays there when it
 * changes so that it would not be found any more (somebody judged it): it would vanish under its reader's hand.
 */
export const withChange = (
  list: readonly Alert[],
  { event, alert }: AlertChange,
  isWanted: (alert: Alert) => boolean,
): readonly Alert[] => {
  const isThere = list.some(({ id }) => id === alert.id);
  if (event === 'deleted') return isThere ? list.filter(({ id }) => id !== alert.id) : list;
  if (isThere) return list.map((before) => (before.id === alert.id ? alert : before));
  return isWanted(alert) ? withAlerts(list, [alert]) : list;
};
