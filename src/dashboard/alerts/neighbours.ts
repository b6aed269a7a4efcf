import type { Alert } from '../wire.ts';

const minuteMs = 60_000;
/** How far ahead is looked for the next newer alert: mostly it is near, and then few are asked for. */
const reaches = [10 * minuteMs, 6 * 60 * minuteMs, 7 * 24 * 60 * minuteMs, Number.POSITIVE_INFINITY];

/** `query` without a time and a limit of its own; resolves with alerts, newest first. */
type Find = (query: URLSearchParams) => Promise<readonly Alert[]>;

/** The filters of a list, without its time: the way from alert to alert does not end at midnight. */
const withoutTime = (query: URLSearchParams): URLSearchParams => {
  const rest = new URLSearchParams(query);
  for (const name of ['range', 'day', 'from', 'to', 'limit']) rest.delete(name);
  return rest;
};

/** The alert before this one, undefined if it is the first. */
export const olderThan = async ({ id }: Alert, filters: URLSearchParams, find: Find): Promise<Alert | undefined> => {
  const query = withoutTime(filters);
  query.set('before', id);
  query.set('limit', '1');
  return (await find(query))[0];
};

/** The alert after this one, undefined if it is the newest. */
export const newerThan = async (
  { id, startAt }: Alert,
  filters: URLSearchParams,
  find: Find,
): Promise<Alert | undefined> => {
  for (const reach of reaches) {
    const query = withoutTime(filters);
    query.set('from', String(Math.floor(startAt)));
    if (Number.isFinite(reach)) query.set('to', String(Math.ceil(startAt + reach)));
    query.set('limit', '1000');
    const found = await find(query);
    const place = found.findIndex((alert) => alert.id === id);
    const next = place < 0 ? found.findLast((alert) => alert.startAt > startAt) : found[place - 1];
    if (next) return next;
  }
  return undefined;
};
