import { eventsOf, isWanted, notificationId } from '../../src/notify/notification.ts';
import type { AlertFilter } from '../../src/notify/notification.ts';
import { alertOf } from '../support/alert-of.ts';

test.each<[AlertFilter, boolean]>([
  [{}, true],
  [{ cameras: ['door', 'yard'] }, true],
  [{ cameras: ['yard'] }, false],
  [{ kinds: ['scene-change'] }, false],
  [{ kinds: ['scene-change', 'anomaly'], cameras: ['door'] }, true],
  [{ minSeverity: 'low' }, true],
  [{ minSeverity: 'medium' }, true],
  [{ minSeverity: 'high' }, false],
])('an alert of medium severity passes the filter %j: %s', (filter, passes) => {
  expect(isWanted({ ...alertOf('a'), severity: 'medium', isQuiet: false }, filter)).toBe(passes);
});

test('nobody is told of a quiet alert', () => {
  expect(isWanted({ ...alertOf('a'), severity: 'high', isQuiet: true }, {})).toBe(false);
});

test('an alert that ended has two things to tell, in their order', () => {
  expect(eventsOf({ endAt: null })).toEqual(['opened']);
  expect(eventsOf({ endAt: 5 })).toEqual(['opened', 'closed']);
});

test('an id is of the alert and the event, has no full stop, and differs when the alert ends again later', () => {
  expect(notificationId({ id: 'a', endAt: 7 }, 'opened')).toBe('a-opened');
  expect(notificationId({ id: 'a', endAt: 1000.5 }, 'closed')).toBe('a-closed-1001');
  expect(notificationId({ id: 'a', endAt: 2000 }, 'closed')).toBe('a-closed-2000');
});
