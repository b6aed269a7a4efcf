import { severities, type Severity, type Timeline } from '../wire.ts';

export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly total: number;
}

/** All cameras together, bucket by bucket. */
export const bucketsOf = ({ from, to, bucketMs, cameras }: Timeline): Bucket[] => {
  const lists = Object.values(cameras);
  const length = Math.ceil((to - from) / bucketMs);
  return Array.from({ length }, (_value, index) => {
    const sum = (severity: Severity): number =>
      lists.reduce((total, lists) => total + (lists[severity][index] ?? 0), 0);
    const counts = { low: sum('low'), medium: sum('medium'), high: sum('high') };
    return {
      from: from + index * bucketMs,
      to: Math.min(to, from + (index + 1) * bucketMs),
      counts,
      total: counts.low + counts.medium + counts.high,
    };
  });
};

export interface Lane {
  readonly camera: string;
  readonly total: number;
  /** The worst of each bucket. */
  readonly worst: readonly (Severity | undefined)[];
}

const worstFirst = [...severities].reverse();

/** The cameras with the most alerts, each with its worst of each bucket. */
export const lanesOf = ({ cameras }: Timeline, atMost: number): Lane[] =>
  Object.entries(cameras)
    .map(([camera, counts]) => ({
      camera,
      total: severities.reduce((sum, severity) => sum + counts[severity].reduce((a, b) => a + b, 0), 0),
      worst: counts.low.map((_count, index) => worstFirst.find((severity) => (counts[severity][index] ?? 0) > 0)),
    }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total || a.camera.localeCompare(b.camera))
    .slice(0, atMost);

const minute = 60_000;
const steps = [1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 30 * 1440, 90 * 1440].map((minutes) => minutes * minute); // prettier-ignore

/** No tick this close to the end: its text would not fit. */
const lastShare = 0.86;

/** Round times of this device's clock between two times, at most `atMost` of them. */
export const ticksOf = (from: number, to: number, atMost: number): number[] => {
  const step = steps.find((candidate) => (to - from) / candidate <= atMost) ?? (to - from) / atMost;
  const midnight = new Date(from).setHours(0, 0, 0, 0);
  const ticks: number[] = [];
  for (let at = midnight + Math.ceil((from - midnight) / step) * step; at < from + (to - from) * lastShare; at += step)
    ticks.push(at);
  return ticks;
};

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' });

/** "14:00", or the day where a day begins. */
export const tickText = (at: number): string => (clock.format(at) === '00:00' ? day.format(at) : clock.format(at));

/** "Nov 25, 14:00 to 14:15" as far as it is needed. */
export const spanText = (from: number, to: number): string => {
  const isSameDay = new Date(from).toDateString() === new Date(to - 1).toDateString();
  return isSameDay
    ? `${day.format(from)}, ${clock.format(from)} to ${clock.format(to)}`
    : `${day.format(from)}, ${clock.format(from)} to ${day.format(to)}, ${clock.format(to)}`;
};

/** "3 high, 1 low" */
export const countText = (counts: Readonly<Record<Severity, number>>): string =>
  worstFirst
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}`)
    .join(', ') || 'none';
