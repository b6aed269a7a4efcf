import { withAlerts, withChange } from '../../../src/dashboard/state/alert-list.ts';
import { fakeAlert } from '../fake-alerts.ts';

const [old, middle, young] = [
  fakeAlert('a', { startAt: 1 }),
  fakeAlert('b', { startAt: 2 }),
  fakeAlert('c', { startAt: 3 }),
];
const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join('');
const all = (): boolean => true;

test('lists are joined newest first, each alert once, as it was said last', () => {
  const joined = withAlerts([old, middle], [young, { ...old, verdict: 'real' }]);
  expect(ids(joined)).toBe('cba');
  expect(joined.at(-1)?.verdict).toBe('real');
});

test('a new alert has its place by time, if the filters let it pass', () => {
  expect(ids(withChange([young, old], { event: 'opened', alert: middle }, all))).toBe('cba');
  const list = [young, old];
  expect(withChange(list, { event: 'opened', alert: middle }, () => false)).toBe(list);
});

test('an alert that is there changes, and stays though the filters would not find it any more', () => {
  const changed = withChange([young, old], { event: 'updated', alert: { ...old, verdict: 'normal' } }, () => false);
  expect(ids(changed)).toBe('ca');
  expect(changed.at(-1)?.verdict).toBe('normal');
});

test('a deleted alert goes', () => {
  expect(ids(withChange([young, old], { event: 'deleted', alert: young }, all))).toBe('a');
});
