import { type Alert, type AlertKind, alertKinds, severities, type Severity } from '../wire.ts';

const hourMs = 3_600_000;

/** How far back each choice reaches, until now. */
const ranges = { '1h': hourMs, '24h': 24 * hourMs, '7d': 7 * 24 * hourMs } as const;
export type RangeName = keyof typeof ranges;

export type VerdictFilter = 'normal' | 'real' | 'none';

/** What alerts are looked for; empty lists and absent keys let everything pass. */
export interface AlertFilters {
  readonly range?: RangeName;
  /** A day of this device's calendar, such as 2026-11-25. */
  readonly day?: string;
  /** Milliseconds since the epoch; a range that was drawn, instead of `range` and `day`. */
  readonly from?: number;
  readonly to?: number;
  readonly cameras: readonly string[];
  readonly kinds: readonly AlertKind[];
  readonly severities: readonly Severity[];
  readonly verdict?: VerdictFilter;
}

const listOf = <Name extends string>(text: string | null, names?: readonly Name[]): Name[] =>
  [...new Set(text?.split(',').filter((part) => part !== '') as Name[] | undefined)].filter(
    (name) => !names || names.includes(name),
  );

const numberOf = (text: string | null): number | undefined =>
  text === null || text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text);

/** Reads the filters in an address; what is none is passed over. */
export const parseFilters = (query: string): AlertFilters => {
  const given = new URLSearchParams(query);
  const [range, day, verdict] = [given.get('range') ?? '', given.get('day') ?? '', given.get('verdict') ?? ''];
  const [from, to] = [numberOf(given.get('from')), numberOf(given.get('to'))];
  return {
    ...(range in ranges && { range: range as RangeName }),
    ...(/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) && { day }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    cameras: listOf(given.get('camera')),
    kinds: listOf(given.get('kind'), alertKinds),
    severities: listOf(given.get('severity'), severities),
    ...(['normal', 'real', 'none'].includes(verdict) && { verdict: verdict as VerdictFilter }),
  };
};

const lists = ({ cameras, kinds, severities, verdict }: AlertFilters): URLSearchParams => {
  const query = new URLSearchParams();
  if (cameras.length > 0) query.set('camera', cameras.join(','));
  if (kinds.length > 0) query.set('kind', kinds.join(','));
  if (severities.length > 0) query.set('severity', severities.join(','));
  if (verdict) query.set('verdict', verdict);
  return query;
};

const setNumber = (query: URLSearchParams, name: string, value: number | undefined): void => {
  if (value !== undefined) query.set(name, String(Math.round(value)));
};

/** The filters as they stand in the address. */
export const formatFilters = (filters: AlertFilters): string => {
  const query = lists(filters);
  if (filters.from !== undefined || filters.to !== undefined) {
    setNumber(query, 'from', filters.from);
    setNumber(query, 'to', filters.to);
  } else if (filters.day !== undefined) query.set('day', filters.day);
  else if (filters.range !== undefined) query.set('range', filters.range);
  return query.toString();
};

export interface Period {
  readonly from: number;
  readonly to: number;
  /** It ends now, and moves on with the time. */
  readonly isMoving: boolean;
}

/** The time the filters speak of; a day, if they name none. */
export const periodOf = ({ range = '24h', day, from, to }: AlertFilters, now: number): Period => {
  if (from !== undefined || to !== undefined) return { from: from ?? 0, to: to ?? now, isMoving: to === undefined };
  if (day === undefined) return { from: now - ranges[range], to: now, isMoving: true };
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  // Not 24 hours later: some days have 23 or 25.
  const [begin, end] = [new Date(year, month - 1, date), new Date(year, month - 1, date + 1)];
  return { from: begin.getTime(), to: end.getTime(), isMoving: false };
};

/** What /api/alerts is asked: a period that moves has no end, and new alerts are in it. */
export const apiQuery = (filters: AlertFilters, now: number): URLSearchParams => {
  const query = lists(filters);
  const { from, to, isMoving } = periodOf(filters, now);
  setNumber(query, 'from', from);
  if (!isMoving) setNumber(query, 'to', to);
  return query;
};

const lets = <Name>(list: readonly Name[], name: Name): boolean => list.length === 0 || list.includes(name);

/** Whether the server would give this alert for these filters. */
export const isWithin = (alert: Alert, filters: AlertFilters, now: number): boolean => {
  const { from, to, isMoving } = periodOf(filters, now);
  return (
    alert.startAt >= from &&
    (isMoving || alert.startAt < to) &&
    lets(filters.cameras, alert.camera) &&
    lets(filters.kinds, alert.kind) &&
    lets(filters.severities, alert.severity) &&
    (filters.verdict === undefined || filters.verdict === (alert.verdict ?? 'none'))
  );
};
