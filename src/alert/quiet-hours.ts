import { weekdays } from '../core/status.ts';
import type { Weekday } from '../core/status.ts';

/** A span of the day, by the clock of the machine: '22:00' to '06:00' goes over midnight, '00:00' to '00:00' is a whole day. */
interface DayHours {
  /** The days on which it begins. */
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

export interface QuietRules {
  /** When people want to be told; absent: always. */
  readonly schedule?: readonly DayHours[] | undefined;
  /** When they do not, whatever the schedule says. */
  readonly quietHours: readonly DayHours[];
}

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return 60 * hours + minutes;
};

const isIn = ({ days, from, to }: DayHours, at: Date): boolean => {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), 60 * at.getHours() + at.getMinutes()];
  const begins = (day: number): boolean => days.includes(weekdays[(day + 7) % 7]!);
  if (begin < end) return begins(at.getDay()) && now >= begin && now < end;
  return (begins(at.getDay()) && now >= begin) || (begins(at.getDay() - 1) && now < end);
};

/** Whether an alert that begins then (milliseconds since the epoch) is a quiet one. */
export const isQuietAt = ({ schedule, quietHours }: QuietRules, at: number): boolean => {
  const date = new Date(at);
  const isScheduled = schedule?.some((hours) => isIn(hours, date)) ?? true;
  return !isScheduled || quietHours.some((hours) => isIn(hours, date));
};
