import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'libsql';

import { accessOn, hourMs } from './test-access.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'nightjar-auth-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const file = (): string => path.join(folder, 'auth.db');

test('lets nobody in who has no session, a forged one or a forged token', async () => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  expect(access.identify({})).toBeUndefined();
  expect(access.identify({ session: 'A'.repeat(43) })).toBeUndefined();
  expect(access.identify({ bearer: 'A'.repeat(43) })).toBeUndefined();
  expect(access.identify({ session: '', bearer: '' })).toBeUndefined();
});

test('a wrong token is nobody, even with a good session beside it', async () => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  const { session } = await access.logIn('ada', 'correct horse');
  expect(access.identify({ session })).toMatchObject({ user: 'ada', role: 'admin' });
  expect(access.identify({ session, bearer: 'forged' })).toBeUndefined();
});

test.each([
  ['ada', 'wrong horse'],
  ['bob', 'correct horse'],
])('%s does not log in with %s, and is told no more than that', async (name, password) => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  await expect(access.logIn(name, password)).rejects.toMatchObject({
    code: 'wrong-credentials',
    message: 'The name or the password is wrong.',
  });
});

test('a session ends after an hour without use, and after ten hours whatever its use', async () => {
  const { access, clock } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  const idle = await access.logIn('ada', 'correct horse');
  const used = await access.logIn('ada', 'correct horse');
  const start = clock.now;
  for (let hours = 0.75; hours < 10; hours += 0.75) {
    clock.now = start + hours * hourMs;
    expect(access.identify(used)).toBeDefined();
    if (hours > 1) expect(access.identify(idle)).toBeUndefined();
  }
  clock.now = start + 10 * hourMs;
  expect(access.identify(used)).toBeUndefined();
});

test('a connection that is open counts as use, and is ended when its session is over', async () => {
  const { access, clock } = accessOn();
  await access.addUser('ada', 'viewer', 'correct horse');
  const { identity } = await access.logIn('ada', 'correct horse');
  const start = clock.now;
  let ends = 0;
  access.watch(identity, () => ends++);
  for (let hours = 0.5; hours < 10; hours += 0.5) {
    clock.now = start + hours * hourMs;
    access.check();
  }
  expect(ends).toBe(0);
  clock.now = start + 10 * hourMs;
  access.check();
  access.check();
  expect(ends).toBe(1);
});

test('sessions and tokens survive a restart; neither they nor passwords are in the file, which only its owner reads', async () => {
  const before = accessOn(file());
  await before.access.addUser('ada', 'admin', 'correct horse');
  const { session } = await before.access.logIn('ada', 'correct horse');
  const { secret } = before.access.addToken('ada', { name: 'prometheus', role: 'viewer' });
  for (const name of readdirSync(folder)) {
    const kept = readFileSync(path.join(folder, name), 'latin1');
    expect([kept.includes(session), kept.includes(secret)]).toEqual([false, false]);
    expect([name, statSync(path.join(folder, name)).mode & 0o077]).toEqual([name, 0]);
  }
  before.store.close();

  const { access, store } = accessOn(file());
  expect(access.identify({ session })).toMatchObject({ user: 'ada', role: 'admin' });
  expect(access.identify({ bearer: secret })).toMatchObject({ user: 'ada', role: 'viewer' });
  store.close();
});

test.each(['password', 'role', 'removal', 'log-out'])(
  'a %s ends the sessions and connections of that user only',
  async (what) => {
    const { access } = accessOn();
    await access.addUser('root', 'admin', 'correct horse');
    await access.addUser('ada', 'operator', 'correct horse');
    const root = await access.logIn('root', 'correct horse');
    const ada = await access.logIn('ada', 'correct horse');
    const ended: string[] = [];
    access.watch(root.identity, () => ended.push('root'));
    access.watch(ada.identity, () => ended.push('ada'));
    if (what === 'password') await access.changeUser('ada', { password: 'battery staple' });
    if (what === 'role') await access.changeUser('ada', { role: 'viewer' });
    if (what === 'removal') access.removeUser('ada');
    if (what === 'log-out') access.logOut(ada.identity);
    expect(ended).toEqual(['ada']);
    expect(access.identify(ada)).toBeUndefined();
    expect(access.identify(root)).toBeDefined();
  },
);

test('the same role again ends nothing', async () => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  const ada = await access.logIn('ada', 'correct horse');
  await access.changeUser('ada', { role: 'admin' });
  expect(access.identify(ada)).toBeDefined();
});

test('what another process changes ends connections at the next check', async () => {
  const { access, store } = accessOn(file());
  await access.addUser('root', 'admin', 'correct horse');
  await access.addUser('ada', 'viewer', 'correct horse');
  const { secret } = access.addToken('ada', { name: 'wall' });
  const byToken = access.identify({ bearer: secret });
  const { identity } = await access.logIn('ada', 'correct horse');
  const ended: string[] = [];
  access.watch(identity, () => ended.push('session'));
  access.watch(byToken ?? identity, () => ended.push('token'));
  access.check();
  expect(ended).toEqual([]);

  const other = accessOn(file());
  other.access.removeUser('ada');
  other.store.close();
  expect(access.identify({ bearer: secret })).toBeUndefined();
  access.check();
  expect(ended).toEqual(['session', 'token']);
  store.close();
});

test('nobody removes the last admin, nor makes it less than one', async () => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  await access.addUser('bob', 'operator', 'correct horse');
  const expected = { code: 'last-admin', message: 'ada is the only admin: make somebody else one first.' };
  expect(() => access.removeUser('ada')).toThrow(expect.objectContaining(expected));
  await expect(access.changeUser('ada', { role: 'viewer' })).rejects.toMatchObject(expected);
  expect(access.users().map(({ name, role }) => [name, role])).toEqual([
    ['ada', 'admin'],
    ['bob', 'operator'],
  ]);
  await access.changeUser('bob', { role: 'admin' });
  access.removeUser('ada');
  expect(access.users().map(({ name }) => name)).toEqual(['bob']);
});

test('names what there is none of, and what there is already', async () => {
  const { access } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  await expect(access.addUser('ada', 'viewer', 'battery staple')).rejects.toMatchObject({ code: 'user-exists' });
  await expect(access.changeUser('bob', { role: 'admin' })).rejects.toMatchObject({ code: 'unknown-user' });
  await expect(access.changeUser('bob', { password: 'battery staple' })).rejects.toMatchObject({
    code: 'unknown-user',
  });
  expect(() => access.removeUser('bob')).toThrow(expect.objectContaining({ code: 'unknown-user' }));
  expect(() => access.addToken('bob', { name: 'x' })).toThrow(expect.objectContaining({ code: 'unknown-user' }));
  expect(() => access.removeToken('ada', 'x')).toThrow(expect.objectContaining({ code: 'unknown-token' }));
});

test('a token may do no more than its user at any moment, and ends by its day or when it is removed', async () => {
  const { access, clock } = accessOn();
  await access.addUser('root', 'admin', 'correct horse');
  await access.addUser('ada', 'operator', 'correct horse');
  const { secret, token } = access.addToken('ada', { name: 'script', role: 'admin', days: 2 });
  const lasting = access.addToken('ada', { name: 'lasting' });
  expect(token).toMatchObject({ role: 'operator', expiresAt: clock.now + 48 * hourMs });
  await access.changeUser('ada', { role: 'viewer' });
  expect(access.identify({ bearer: secret })).toMatchObject({ user: 'ada', role: 'viewer' });
  await access.changeUser('ada', { role: 'admin' });
  expect(access.identify({ bearer: secret })).toMatchObject({ role: 'operator' });

  clock.now += 48 * hourMs;
  expect(access.identify({ bearer: secret })).toBeUndefined();
  expect(access.identify({ bearer: lasting.secret })).toMatchObject({ role: 'operator' });
  expect(access.tokens('ada')).toMatchObject([{ name: 'script' }, { name: 'lasting', usedAt: clock.now }]);
  access.check();
  expect(access.tokens('ada')).toMatchObject([{ name: 'lasting' }]);
  expect(() => access.removeToken('root', lasting.token.id)).toThrow(
    expect.objectContaining({ code: 'unknown-token' }),
  );
  access.removeToken('ada', lasting.token.id);
  expect(access.identify({ bearer: lasting.secret })).toBeUndefined();
});

test('keeps at most 50 sessions and 100 tokens of a user, the newest sessions', async () => {
  const { access, clock } = accessOn();
  await access.addUser('ada', 'admin', 'correct horse');
  const sessions: string[] = [];
  for (let count = 0; count < 52; count++) {
    clock.now += 1;
    sessions.push((await access.logIn('ada', 'correct horse')).session);
  }
  const known = sessions.map((session) => access.identify({ session }) !== undefined);
  expect(known).toEqual(sessions.map((_session, index) => index >= 2));
  for (let count = 0; count < 100; count++) access.addToken('ada', { name: `${count}` });
  expect(() => access.addToken('ada', { name: '101' })).toThrow(expect.objectContaining({ code: 'too-many-tokens' }));
});

test('where nobody needs to log in everybody is an admin, and known by name who did', async () => {
  const { access } = accessOn(':memory:', { isOpen: true });
  expect(access.identify({})).toEqual({ user: undefined, role: 'admin' });
  await access.addUser('ada', 'viewer', 'correct horse');
  const ada = await access.logIn('ada', 'correct horse');
  expect(access.identify(ada)).toMatchObject({ user: 'ada', role: 'admin' });
});

test('a file that is no database is an error that names it', () => {
  writeFileSync(file(), 'no database, but long enough to be looked at as one'.repeat(20));
  expect(() => accessOn(file())).toThrow(expect.objectContaining({ name: 'StoreError', code: 'unreadable' }));
  expect(() => accessOn(file())).toThrow(file());
});

test('connections go on when they cannot be checked, and somebody is told why', async () => {
  const errors: unknown[] = [];
  const { access, store } = accessOn(file(), { onError: (error) => errors.push(error) });
  await access.addUser('ada', 'admin', 'correct horse');
  const { identity } = await access.logIn('ada', 'correct horse');
  let ends = 0;
  access.watch(identity, () => ends++);
  const other = new Database(file());
  other.exec('DROP TABLE session');
  other.close();
  access.check();
  expect([errors.length, ends]).toEqual([1, 0]);
  expect(() => access.identify({ session: 'any' })).toThrow(expect.objectContaining({ code: 'unreadable' }));
  store.close();
});
