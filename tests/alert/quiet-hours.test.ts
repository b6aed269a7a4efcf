import { isQuietAt } from '../../src/alert/quiet-hours.ts';
import type { QuietRules } from '../../src/alert/quiet-hours.ts';
import { weekdays } from '../../src/core/status.ts';

const night = { days: [...weekdays], from: '22:00', to: '06:30' };
/** From Friday evening. */
const friday = { days: ['fri' as const], from: '22:00', to: '06:00' };
const wholeSunday = { days: ['sun' as const], from: '00:00', to: '00:00' };
const work = { days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const, from: '08:00', to: '17:00' };

// 2026-11-23 is a Monday.
test.each<[string, QuietRules, string, boolean]>([
  ['without rules', { quietHours: [] }, '2026-11-23T03:00', false],
  ['before midnight', { quietHours: [night] }, '2026-11-23T22:00', true],
  ['after midnight', { quietHours: [night] }, '2026-11-23T06:29', true],
  ['at the end', { quietHours: [night] }, '2026-11-23T06:30', false],
  ['on the morning after the day', { quietHours: [friday] }, '2026-11-28T05:00', true],
  ['on the morning of the day', { quietHours: [friday] }, '2026-11-27T05:00', false],
  ['on a whole day', { quietHours: [wholeSunday] }, '2026-11-29T00:00', true],
  ['after a whole day', { quietHours: [wholeSunday] }, '2026-11-30T00:00', false],
  ['within the schedule', { schedule: [work], quietHours: [] }, '2026-11-23T08:00', false],
  ['after the schedule', { schedule: [work], quietHours: [] }, '2026-11-23T17:00', true],
  ['on a day without schedule', { schedule: [work], quietHours: [] }, '2026-11-28T12:00', true],
  [
    'in quiet hours of the schedule',
    { schedule: [work], quietHours: [{ ...work, from: '12:00', to: '13:00' }] },
    '2026-11-23T12:30',
    true,
  ],
])('an alert %s: whether it is quiet', (_name, rules, at, isQuiet) => {
  expect(isQuietAt(rules, new Date(at).getTime())).toBe(isQuiet);
});
