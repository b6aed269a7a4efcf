import { AlertGroups } from '../../src/alert/alert-groups.ts';

const joined = (seconds: number, alerts: readonly (readonly [string, string, number])[]) => {
  const groups = new AlertGroups(seconds);
  return alerts.map(([id, camera, second]) => {
    const { group, isNew } = groups.join({ id, camera, startAt: second * 1000 });
    return isNew ? `${group} begins` : group;
  });
};

test('alerts of several cameras that begin within the time of the first one are its group', () => {
  const alerts = [
    ['a', 'door', 0],
    ['b', 'yard', 10],
    ['c', 'gate', 4],
    ['d', 'door', 9],
    ['e', 'lane', 11],
  ] as const;
  expect(joined(10, alerts)).toEqual([null, 'a begins', 'a', 'a', null]);
});

test('alerts of one camera are no group, and with 0 seconds none are', () => {
  const [first, second, other] = [
    ['a', 'door', 0],
    ['b', 'door', 1],
    ['c', 'yard', 0],
  ] as const;
  expect(joined(10, [first, second])).toEqual([null, null]);
  expect(joined(0, [first, other])).toEqual([null, null]);
});
