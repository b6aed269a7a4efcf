import { Api } from '../../../src/dashboard/state/api.ts';
import { may, SessionKeeper } from '../../../src/dashboard/state/session.ts';

const keeperOf = (status: number, body: object): SessionKeeper =>
  new SessionKeeper(new Api(async () => new Response(JSON.stringify(body), { status }), () => undefined)); // prettier-ignore

test.each([
  ['viewer', 'viewer', true],
  ['viewer', 'operator', false],
  ['operator', 'viewer', true],
  ['operator', 'admin', false],
  ['admin', 'operator', true],
] as const)('a %s may do what a %s may: %s', (role, needed, isAllowed) => {
  expect(may({ user: { name: 'ada', role }, isOpen: false }, needed)).toBe(isAllowed);
});

test('nobody may do anything before the log-in, and everybody everything where none is asked for', () => {
  expect(may(undefined, 'viewer')).toBe(false);
  expect(may({ user: null, isOpen: false }, 'viewer')).toBe(false);
  expect(may({ user: null, isOpen: true }, 'admin')).toBe(true);
});

test('a server without log-in is open', async () => {
  const keeper = keeperOf(404, { code: 'not-found', message: '' });
  await keeper.load();
  expect(keeper.session.value).toEqual({ user: null, isOpen: true });
});

test('a server that fails leaves the session unknown, with the reason', async () => {
  const keeper = keeperOf(500, { code: 'internal', message: 'Its log says why.' });
  await keeper.load();
  expect(keeper.session.value).toBeUndefined();
  expect(String(keeper.failure.value)).toContain('Its log says why.');
});
