import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import { readPassword } from '../../src/commands/read-password.ts';
import { accessOn } from '../auth/test-access.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-users-'));
  writeFileSync(path.join(folder, 'p.yaml'), 'cameras:\n  - id: a\n    url: a.mp4\nstorage:\n  path: store\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const users = async (args: readonly string[], input = ''): Promise<Outcome> =>
  new Promise((resolve) => {
    const [command = '', ...rest] = args;
    const all = ['bin/nightjar.js', 'users', command, path.join(folder, 'p.yaml'), ...rest];
    const child = execFile(process.execPath, all, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });

test('adds, lists, changes and removes users, with the password from the standard input', async () => {
  expect(await users(['add', 'ada', '--role', 'admin'], 'correct horse\n')).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect((await users(['add', 'bob'], 'battery staple')).code).toBe(0);
  const { stdout } = await users(['list', '--json']);
  const listed = stdout.trim().split('\n').map((line) => JSON.parse(line) as { name: string; role: string }); // prettier-ignore
  expect(listed.map(({ name, role }) => [name, role])).toEqual([
    ['ada', 'admin'],
    ['bob', 'viewer'],
  ]);
  expect((await users(['password', 'bob'], 'other password\r\n')).code).toBe(0);
  expect((await users(['role', 'bob', 'operator'])).code).toBe(0);
  const token = (await users(['token', 'bob', '--label', 'prometheus', '--role', 'viewer'])).stdout.trim();
  expect(token).toMatch(/^[\w-]{43}$/);

  const file = path.join(folder, 'store', 'auth.db');
  const kept = readFileSync(file, 'latin1');
  expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  expect(kept).not.toMatch(/correct horse|other password/);
  const { access, store } = accessOn(file);
  expect(access.identify({ bearer: token })).toMatchObject({ user: 'bob', role: 'viewer' });
  store.close();

  expect(await users(['remove', 'ada'])).toMatchObject({ code: 1, stderr: expect.stringContaining('the only admin') });
  expect((await users(['remove', 'bob'])).code).toBe(0);
}, 120_000);

test.each([
  [['add', 'ada'], 'short\n', 'Expected a password of 10 to 256 characters, got 5 characters.'],
  [['add', 'Ada Lovelace'], 'correct horse\n', 'Expected a name of 1 to 64 small letters'],
  [['add', 'ada', '--role', 'boss'], 'correct horse\n', 'Allowed choices are viewer, operator, admin'],
  [['role', 'ada', 'boss'], '', 'Expected a role, one of viewer, operator, admin, got "boss"'],
])('users %j is wrong usage, exits with 2 and shows no password', async (args, input, message) => {
  const { code, stderr } = await users(args, input);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).not.toMatch(/short|horse/);
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
