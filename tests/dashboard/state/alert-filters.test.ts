import {
  apiQuery,
  formatFilters,
  isWithin,
  parseFilters,
  periodOf,
} from '../../../src/dashboard/state/alert-filters.ts';
import { fakeAlert } from '../fake-alerts.ts';

const now = new Date(2026, 10, 25, 12, 0, 0).getTime();
const hour = 3_600_000;

test.each([
  '',
  'range=7d',
  'camera=front-door%2Cyard&kind=anomaly&severity=low%2Chigh&verdict=none&range=1h',
  'day=2026-11-24',
  'camera=yard&from=1000&to=2000',
])('%j is written as it was read', (query) => expect(formatFilters(parseFilters(query))).toBe(query));

test('what is no filter is passed over', () => {
  expect(parseFilters('range=9y&kind=moonlight,anomaly&severity=huge&verdict=maybe&day=2026-99-99&from=soon')).toEqual({
    cameras: [],
    kinds: ['anomaly'],
    severities: [],
  });
});

test('without a time they speak of the last 24 hours, which move on', () => {
  expect(periodOf(parseFilters(''), now)).toEqual({ from: now - 24 * hour, to: now, isMoving: true });
});

test('a day is one of this device, from midnight to midnight', () => {
  const { from, to, isMoving } = periodOf(parseFilters('day=2026-11-24'), now);
  expect([new Date(from), new Date(to), isMoving]).toEqual([new Date(2026, 10, 24), new Date(2026, 10, 25), false]);
});

test('the server is asked for a period without an end while it moves', () => {
  expect(String(apiQuery(parseFilters('range=1h&camera=yard'), now))).toBe(`camera=yard&from=${now - hour}`);
  expect(String(apiQuery(parseFilters('from=5&to=9'), now))).toBe('from=5&to=9');
});

test.each([
  ['', {}, true],
  ['camera=yard', {}, false],
  ['camera=front-door', {}, true],
  ['kind=scene-change', {}, false],
  ['severity=medium,high', {}, true],
  ['verdict=none', {}, true],
  ['verdict=real', {}, false],
  ['verdict=real', { verdict: 'real' as const }, true],
  ['range=1h', { startAt: now - 2 * hour }, false],
  ['range=1h', { startAt: now + 5000 }, true],
  [`from=${now - hour}&to=${now}`, { startAt: now }, false],
])('filters %j and an alert with %j', (query, changes, isFound) => {
  expect(isWithin(fakeAlert('a', { startAt: now - 1000, ...changes }), parseFilters(query), now)).toBe(isFound);
});
