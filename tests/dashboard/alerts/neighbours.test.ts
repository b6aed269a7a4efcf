import { newerThan, olderThan } from '../../../src/dashboard/alerts/neighbours.ts';
import { fakeAlert, found } from '../fake-alerts.ts';

const day = 86_400_000;
const times = [100 * day, 60 * day, 60 * day - 60_000, 59 * day, 2 * day];
const alerts = times.map((startAt, index) =>
  fakeAlert(`a${index}`, { startAt, camera: index === 1 ? 'yard' : 'door' }),
);
const find = async (query: URLSearchParams) =>
  found(alerts, Object.fromEntries(query)).slice(0, Number(query.get('limit') ?? 100));

test.each([
  ['a0', undefined, 'a1'],
  ['a1', 'a0', 'a2'],
  ['a2', 'a1', 'a3'],
  ['a4', 'a3', undefined],
])('beside %s are %s and %s, however far', async (id, newer, older) => {
  const alert = alerts.find((one) => one.id === id)!;
  const filters = new URLSearchParams();
  expect((await newerThan(alert, filters, find))?.id).toBe(newer);
  expect((await olderThan(alert, filters, find))?.id).toBe(older);
});

test('keeps to the filters, but not to their time', async () => {
  const filters = new URLSearchParams({ camera: 'door', range: '1h', from: '5', to: '6' });
  expect((await newerThan(alerts[2]!, filters, find))?.id).toBe('a0');
  expect((await olderThan(alerts[0]!, filters, find))?.id).toBe('a2');
});

test('finds the next one from an alert that the filters would not let pass', async () => {
  const filters = new URLSearchParams({ camera: 'door' });
  expect((await newerThan(alerts[1]!, filters, find))?.id).toBe('a0');
});
