import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { WebSocket } from 'ws';

import { type Pem, selfSigned } from '../../src/server/self-signed.ts';
import { openTls } from '../../src/server/tls.ts';
import { startSynthetic } from './synthetic-feed.ts';
import { password, startWithUsers } from './with-users.ts';
import { waitUntil } from '../support/wait-until.ts';

const dayMs = 86_400_000;
let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'nightjar-tls-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const quiet = { onNote: () => {}, onError: () => {} };
const fingerprint = ({ cert }: Pem): string => new X509Certificate(cert).fingerprint256;

test('a self-signed certificate is for this machine, and its key is for its owner only', async () => {
  const { cert } = await selfSigned(folder, 'cams.example');
  const certificate = new X509Certificate(cert);
  for (const name of ['localhost', 'cams.example']) expect(certificate.checkHost(name)).toBe(name);
  for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBe(address);
  expect(certificate.checkHost('evil.example')).toBeUndefined();
  expect(statSync(path.join(folder, 'key.pem')).mode & 0o777).toBe(0o600);
});

test('it is kept across restarts, and renewed a month before it ends or when it is broken', async () => {
  const now = Date.now();
  const first = await selfSigned(folder, '0.0.0.0', now);
  expect(await selfSigned(folder, '0.0.0.0', now + 359 * dayMs)).toEqual(first);
  const renewed = await selfSigned(folder, '0.0.0.0', now + 361 * dayMs);
  expect(fingerprint(renewed)).not.toBe(fingerprint(first));
  writeFileSync(path.join(folder, 'key.pem'), first.key);
  expect(fingerprint(await selfSigned(folder, '0.0.0.0', now))).not.toBe(fingerprint(renewed));
});

/** Asks over TLS, trusting the certificate; fetch cannot be told to. */
const get = async (port: number, ca: string, headers: Record<string, string> = {}) => {
  const asked = https.request({ port, host: 'localhost', path: '/api/session', ca, headers, agent: false });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return { status: answer.statusCode as number, headers: answer.headers as Record<string, string | undefined> };
};

test('serves https and wss with it, sends the cookie back over TLS only, and does not ask for https for ever', async () => {
  const tls = await openTls({ folder, host: 'localhost' }, quiet);
  const server = await startWithUsers({ https: tls });
  const { port, url } = server.server;
  expect(url).toBe(`https://localhost:${port}`);
  expect((await get(port, tls.pem.cert)).headers['strict-transport-security']).toBeUndefined();

  const body = JSON.stringify({ name: 'admin', password });
  const asked = https.request({
    port,
    host: 'localhost',
    path: '/api/session',
    method: 'POST',
    ca: tls.pem.cert,
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': body.length },
  });
  asked.end(body);
  const [answer] = await once(asked, 'response');
  answer.resume();
  const [cookie = ''] = answer.headers['set-cookie'] as string[];
  expect(cookie).toMatch(/^__Host-nightjar_session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);

  const headers = { cookie: cookie.split(';')[0] ?? '' };
  const socket = new WebSocket(`wss://localhost:${port}/ws`, { ca: tls.pem.cert, headers });
  const [hello] = await once(socket, 'message');
  expect(JSON.parse(String(hello))).toMatchObject({ type: 'hello' });
  socket.close();
  await once(socket, 'close');
  await server.close();
});

test('takes certificate files that are replaced without a restart, and keeps the old pair while the new one is wrong', async () => {
  const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
  const before = await selfSigned(one, 'localhost');
  const after = await selfSigned(other, 'localhost');
  const setting = { certificate: path.join(one, 'certificate.pem'), key: path.join(one, 'key.pem') };
  const errors: string[] = [];
  const notes: string[] = [];
  const tls = await openTls(setting, { onNote: (line) => notes.push(line), onError: (line) => errors.push(line) }, 20);
  const synthetic = await startSynthetic({ https: tls });
  const { port } = synthetic.server;
  const { headers } = await get(port, before.cert);
  expect(headers['strict-transport-security']).toBe('max-age=31536000');

  writeFileSync(setting.certificate, after.cert);
  await waitUntil('the wrong pair is told', () => expect(errors.length).toBeGreaterThan(0));
  expect((await get(port, before.cert)).status).toBe(200);
  writeFileSync(setting.key, after.key);
  await waitUntil('the new pair is told', () => expect(notes).toHaveLength(2));
  expect((await get(port, after.cert)).status).toBe(200);
  expect(notes[1]).toContain(fingerprint(after));
  expect(errors).toHaveLength(1);
  await synthetic.close();
});

test.each([
  ['none.pem', 'key.pem', 'unreadable', /server\.tls\.certificate: .*none\.pem cannot be read \(ENOENT\)/],
  ['certificate.pem', 'none.pem', 'unreadable', /server\.tls\.key: .*none\.pem cannot be read \(ENOENT\)/],
  ['certificate.pem', 'certificate.pem', 'invalid', /server\.tls: .* cannot be used: /],
  ['key.pem', 'key.pem', 'invalid', /server\.tls: .* cannot be used: /],
])(
  'the certificate %s with the key %s is an error that says what is wrong',
  async (certificate, key, code, message) => {
    const { key: secret } = await selfSigned(folder, 'localhost');
    const opened = openTls({ certificate: path.join(folder, certificate), key: path.join(folder, key) }, quiet);
    await expect(opened).rejects.toMatchObject({ name: 'ConfigError', code, message: expect.stringMatching(message) });
    await expect(opened).rejects.not.toThrow(secret.split('\n')[1]);
    expect(readFileSync(path.join(folder, 'key.pem'), 'utf8')).toBe(secret);
  },
);

test('behind a proxy that ends TLS the cookie is for TLS, and the WebSocket is asked for by its name', async () => {
  const server = await startWithUsers({ trustProxy: ['127.0.0.1'] });
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'cams.example',
    origin: 'https://cams.example',
  };
  const { headers } = await server.send('POST', '/api/session', { name: 'admin', password }, forwarded);
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toContain('; Secure');
  const socket = new WebSocket(`ws://127.0.0.1:${server.server.port}/ws`, {
    headers: { ...forwarded, cookie: cookie.split(';')[0] ?? '' },
  });
  await once(socket, 'open');
  socket.close();
  await server.close();
});
