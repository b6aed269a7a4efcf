import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { pipelineSchema } from '../../src/config/schema.ts';
import { Cleanups } from '../../src/pipeline/cleanups.ts';
import type { Log } from '../../src/pipeline/log.ts';
import { openAccess } from '../../src/pipeline/open-access.ts';

let folder: string;
let cleanups: Cleanups;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-access-'));
  cleanups = new Cleanups();
  lines = [];
});
afterEach(async () => {
  await cleanups.run();
  rmSync(folder, { recursive: true });
});

const write = (...parts: unknown[]): void => void lines.push(parts.map((part) => JSON.stringify(part)).join(' '));
const log = { info: write, warn: write, error: write } as unknown as Log;

const open = async (server: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) => {
  const settings = pipelineSchema.parse({ cameras: [{ id: 'a', url: 'a.mp4' }], server });
  return openAccess({ server: settings.server, storage: { path: folder } }, { log, cleanups, env });
};

test.each(['127.0.0.1', '::1', 'localhost'])('on %s nobody needs to log in', async (host) => {
  const { access } = await open({ host });
  expect(access.identify({})).toMatchObject({ role: 'admin' });
  expect(lines).toEqual([]);
});

test.each([{ host: '0.0.0.0' }, { host: '192.168.1.4' }, { login: 'required' }])(
  'with %j and no user yet the start is refused, and the way out is named',
  async (server) => {
    await expect(open(server)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(
        /no user yet.*nightjar users add PIPELINE admin --role admin.*NIGHTJAR_ADMIN_PASSWORD/,
      ),
    });
  },
);

test('the first admin comes from the environment, which does not keep the password, and no log has it', async () => {
  const env = { NIGHTJAR_ADMIN_PASSWORD: 'correct horse' };
  const { access } = await open({ host: '0.0.0.0' }, env);
  expect(env).toEqual({});
  expect(access.identify({})).toBeUndefined();
  const { session } = await access.logIn('admin', 'correct horse');
  expect(access.identify({ session })).toMatchObject({ user: 'admin', role: 'admin' });
  expect(lines.join('\n')).toContain('made the user admin');
  expect(lines.join('\n')).toContain('unencrypted');
  expect(lines.join('\n')).not.toContain('horse');

  const again = await open({ host: '0.0.0.0' }, { NIGHTJAR_ADMIN_PASSWORD: 'battery staple' });
  await expect(again.access.logIn('admin', 'battery staple')).rejects.toMatchObject({ code: 'wrong-credentials' });
  expect(again.access.users()).toHaveLength(1);
});

test('a password that is too short makes no admin and is not shown', async () => {
  const refused = open({ host: '0.0.0.0' }, { NIGHTJAR_ADMIN_PASSWORD: 'hunter2' });
  await expect(refused).rejects.toThrow('NIGHTJAR_ADMIN_PASSWORD: expected a password of 10 to 256 characters');
  await expect(refused).rejects.not.toThrow('hunter2');
});

test('tells the fingerprint of a self-signed certificate, and writes down who came in', async () => {
  const { onAuth, https } = await open(
    { host: '0.0.0.0', tls: 'self-signed' },
    { NIGHTJAR_ADMIN_PASSWORD: 'correct horse' },
  );
  expect(https?.isOwn).toBe(false);
  expect(lines[0]).toMatch(/self-signed certificate: SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}/);
  onAuth({ what: 'log-in refused', address: '10.0.0.9', subject: 'admin' });
  expect(lines.at(-1)).toBe('{"address":"10.0.0.9","subject":"admin"} "log-in refused"');
  expect(lines.join('\n')).not.toContain('unencrypted');
});

test('writes down at most once a second that there are too many viewers, who was refused, and which limit says so', async () => {
  const { onFull } = await open({});
  for (let count = 0; count < 3; count++) onFull({ reason: 'user-full', address: '10.0.0.9', user: 'ada' });
  expect(lines).toEqual(['{"address":"10.0.0.9","by":"ada","limit":"server.maxViewersPerUser"} "too many viewers"']);
});
