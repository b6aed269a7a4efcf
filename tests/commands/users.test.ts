import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import { readPassword } from '../../src/commands/read-password.ts';
import { usersCommand } from '../../src/commands/users.ts';
import { accessOn } from '../auth/test-access.ts';
import { nightjar } from '../support/run-nightjar.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-users-'));
  writeFileSync(path.join(folder, 'p.yaml'), 'cameras:\n  - id: a\n    url: a.mp4\nstorage:\n  path: store\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the command in this process; gives what it printed. */
const users = async (args: readonly string[], password = ''): Promise<string> => {
  const [command = '', ...rest] = args;
  const printed: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  try {
    const ask = async (): Promise<string> => password;
    await usersCommand(ask).parseAsync([command, path.join(folder, 'p.yaml'), ...rest], { from: 'user' });
  } finally {
    log.mockRestore();
  }
  return printed.join('\n');
};

test('adds, lists, changes and removes users, and keeps no password', async () => {
  await users(['add', 'ada', '--role', 'admin'], 'correct horse');
  await users(['add', 'bob'], 'battery staple');
  const listed = (await users(['list', '--json'])).split('\n').map((line) => JSON.parse(line) as object);
  expect(listed).toMatchObject([
    { name: 'ada', role: 'admin' },
    { name: 'bob', role: 'viewer' },
  ]);
  await users(['password', 'bob'], 'other password');
  await users(['role', 'bob', 'operator']);
  const token = await users(['token', 'bob', '--label', 'prometheus', '--role', 'viewer']);
  expect(token).toMatch(/^[\w-]{43}$/);

  const file = path.join(folder, 'store', 'auth.db');
  const kept = readdirSync(path.dirname(file)).map((name) => readFileSync(path.join(path.dirname(file), name), 'latin1')).join('\n'); // prettier-ignore
  expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  expect(kept).not.toMatch(/correct horse|other password/);
  const { access, store } = accessOn(file);
  expect(access.identify({ bearer: token })).toMatchObject({ user: 'bob', role: 'viewer' });
  store.close();

  await expect(users(['remove', 'ada'])).rejects.toMatchObject({ code: 'last-admin' });
  await users(['remove', 'bob']);
  expect(await users(['list'])).not.toContain('bob');
});

test('the program reads the password from its standard input, and shows a wrong one to nobody', async () => {
  const args = ['users', 'add', path.join(folder, 'p.yaml'), 'ada', '--role', 'admin'];
  const run = async (input: string) => nightjar(args, { input });
  const refused = await run('short\n');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Expected a password of 10 to 256 characters, got 5 characters.');
  expect(await run('correct horse\r\n')).toMatchObject({ code: 0, stderr: '' });
  expect(await users(['list'])).toContain('ada');
});

test.each([
  [['add', 'Ada Lovelace'], 'Expected a name of 1 to 64 small letters'],
  [['role', 'ada', 'boss'], 'Expected a role, one of viewer, operator, admin, got "boss"'],
])('users %j is wrong usage', async (args, message) => {
  await expect(users(args, 'correct horse')).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(message) }); // prettier-ignore
});

/** A terminal that says what was written to it. */
const terminal = (typed: string) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const output = new PassThrough();
  input.write(typed);
  return { input, output, shown: () => String(output.read() ?? '') };
};

test('asks twice at a terminal, and shows nothing of what is typed', async () => {
  const asked = terminal('correct horse\rcorrect horse\r');
  expect(await readPassword(asked)).toBe('correct horse');
  expect(asked.shown()).toBe('Password: \nOnce more: \n');
});

test('takes no password that was typed differently the second time', async () => {
  const asked = terminal('correct horse\rcorrect house\r');
  await expect(readPassword(asked)).rejects.toMatchObject({
    code: 'invalid',
    message: 'The two passwords are not the same.',
  });
});
