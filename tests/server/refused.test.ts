import { once } from 'node:events';
import { request } from 'node:http';

import { WebSocket } from 'ws';

import { connectViewer } from './test-viewer.ts';
import { password, startWithUsers } from './with-users.ts';

/** Attempts that must fail, against a running server that asks for a log-in. Those of cameras' URLs are in tests/config. */

let server: Awaited<ReturnType<typeof startWithUsers>>;
afterEach(() => server.close());

const refusedUpgrade = async (headers: Record<string, string>, path = '/ws'): Promise<string> => {
  const socket = new WebSocket(`ws://127.0.0.1:${server.server.port}${path}`, { headers });
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
};

test.each([
  ['no credentials', {}],
  ['a forged session', { cookie: 'nightjar_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['an empty session', { cookie: 'nightjar_session=' }],
  ['a session that would be SQL', { cookie: "nightjar_session=' OR 1=1 --" }],
  ['a forged token', { authorization: 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ['name and password', { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` }],
])('%s opens neither REST nor the WebSocket', async (_name, headers) => {
  server = await startWithUsers();
  for (const address of ['/api/cameras', '/api/alerts', '/api/alerts/a1/snapshot.jpg', '/api/users', '/metrics'])
    expect(await server.ask(address, { headers })).toMatchObject({ status: 401, body: { code: 'login-required' } });
  expect(await refusedUpgrade(headers)).toContain('401');
});

test('a session that has expired, or whose user logged out, opens nothing any more', async () => {
  server = await startWithUsers();
  const [idle, left] = [await server.sessionOf('admin'), await server.sessionOf('admin')];
  expect((await server.ask('/api/users', { headers: left })).status).toBe(200);
  const { status, headers } = await server.ask('/api/session', { method: 'DELETE', headers: left });
  expect([status, headers.get('set-cookie')]).toEqual([204, expect.stringContaining('nightjar_session=;')]);
  expect((await server.ask('/api/users', { headers: left })).status).toBe(401);
  server.clock.now += 3_600_000;
  expect((await server.ask('/api/users', { headers: idle })).status).toBe(401);
  expect(await refusedUpgrade(idle)).toContain('401');
});

test('a token that has expired or was removed opens nothing any more', async () => {
  server = await startWithUsers();
  const headers = await server.sessionOf('operator');
  const make = async (body: object) => (await server.send('POST', '/api/tokens', body, headers)).body as { id: string; token: string }; // prettier-ignore
  const short = await make({ name: 'short', days: 1 });
  const gone = await make({ name: 'gone' });
  const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
  const viewer = await connectViewer(server.server.port, { headers: bearer(gone) });
  expect((await server.ask('/api/cameras', { headers: bearer(gone) })).status).toBe(200);
  await server.ask(`/api/tokens/${gone.id}`, { method: 'DELETE', headers });
  expect((await viewer.closed)[0]).toBe(1008);
  server.clock.now += 86_400_000;
  for (const token of [short, gone]) {
    expect((await server.ask('/api/cameras', { headers: bearer(token) })).status).toBe(401);
    expect(await refusedUpgrade(bearer(token))).toContain('401');
  }
});

test('a token makes no other tokens and changes no password', async () => {
  server = await startWithUsers();
  const { secret } = server.access.addToken('admin', { name: 'script', days: 1 });
  const headers = { authorization: `Bearer ${secret}` };
  const forbidden = { status: 403, body: { code: 'forbidden' } };
  expect((await server.ask('/api/users', { headers })).status).toBe(200);
  expect(await server.send('POST', '/api/tokens', { name: 'for ever' }, headers)).toMatchObject(forbidden);
  const change = { password, newPassword: 'battery staple' };
  expect(await server.send('PUT', '/api/session/password', change, headers)).toMatchObject(forbidden);
});

test('a viewer judges nothing and changes no user, and an operator changes no user', async () => {
  server = await startWithUsers();
  const user = { name: 'eve', role: 'admin', password };
  for (const role of ['viewer', 'operator'] as const) {
    const headers = await server.sessionOf(role);
    const attempts = [
      await server.send('POST', '/api/users', user, headers),
      await server.send('PATCH', `/api/users/${role}`, { role: 'admin' }, headers),
      await server.ask('/api/users/admin', { method: 'DELETE', headers }),
      await server.ask('/api/users', { headers }),
    ];
    if (role === 'viewer')
      attempts.push(await server.send('PUT', '/api/alerts/a1/verdict', { verdict: 'real' }, headers));
    for (const attempt of attempts) expect(attempt).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
  expect(server.access.users()).toHaveLength(3);
  expect(server.feed.recorded[0]?.verdict).toBeNull();
});

/** Each would have ffmpeg read a file, a device or another protocol, or take options. */
const smuggled = [
  '-f',
  'file:/etc/passwd',
  'file:///etc/passwd',
  '/dev/video0',
  'concat:/etc/passwd|/etc/hosts',
  'pipe:0',
  'data:text/plain,x',
  'subfile,,start,0,end,9,,:/etc/passwd',
  'rtsp://x|y',
  "rtsp://host/live'\nfile '/etc/passwd",
  'rtsp://host/live -f lavfi',
  'simulator://walkway',
  'http://evil.example/${NIGHTJAR_ADMIN_PASSWORD}',
];

test.each(smuggled)('an admin adds, changes and looks at no camera %j through the page', async (url) => {
  server = await startWithUsers();
  server.feed.probe = async () => Promise.reject(new Error('it was looked at'));
  const headers = await server.sessionOf('admin');
  const refused = { status: 400, body: { code: expect.stringMatching(/^invalid-(settings|request)$/) } };
  for (const body of [
    { id: 'eve', url },
    { id: 'eve', url: 'rtsp://host/live', publish: url },
  ])
    expect(await server.send('POST', '/api/cameras', body, headers)).toMatchObject(refused);
  expect(await server.send('PATCH', '/api/cameras/door', { url }, headers)).toMatchObject(refused);
  expect(await server.send('POST', '/api/cameras/probe', { url }, headers)).toMatchObject(refused);
  expect(server.feed.changes).toEqual([]);
});

test('a viewer changes no camera, and an operator neither adds nor looks at one', async () => {
  server = await startWithUsers();
  const camera = { id: 'eve', url: 'rtsp://host/live' };
  const forbidden = { status: 403, body: { code: 'forbidden' } };
  for (const role of ['viewer', 'operator'] as const) {
    const headers = await server.sessionOf(role);
    expect(await server.send('POST', '/api/cameras', camera, headers)).toMatchObject(forbidden);
    expect(await server.send('PATCH', '/api/cameras/door', { fps: 1 }, headers)).toMatchObject(forbidden);
    expect(await server.send('POST', '/api/cameras/probe', { url: camera.url }, headers)).toMatchObject(forbidden);
    for (const [method, address] of [
      ['DELETE', '/api/cameras/door'],
      ['GET', '/api/cameras/discover'],
    ] as const)
      expect(await server.ask(address, { method, headers })).toMatchObject(forbidden);
  }
  const headers = await server.sessionOf('viewer');
  for (const [method, address] of [
    ['POST', '/api/cameras/door/pause'],
    ['POST', '/api/cameras/door/learn'],
    ['GET', '/api/cameras/door/settings'],
    ['DELETE', '/api/alerts/a1'],
    ['GET', '/api/notifiers'],
  ] as const)
    expect(await server.ask(address, { method, headers })).toMatchObject(forbidden);
  expect([server.feed.changes, server.feed.removed, server.feed.learnings]).toEqual([[], [], []]);
});

test('nobody removes the last admin through the API', async () => {
  server = await startWithUsers();
  const headers = await server.sessionOf('admin');
  const lastAdmin = { status: 409, body: { code: 'last-admin' } };
  expect(await server.ask('/api/users/admin', { method: 'DELETE', headers })).toMatchObject(lastAdmin);
  expect(await server.send('PATCH', '/api/users/admin', { role: 'viewer' }, headers)).toMatchObject(lastAdmin);
});

test('a live view ends when its user is removed, and another goes on', async () => {
  server = await startWithUsers();
  const [headers, own] = [await server.sessionOf('viewer'), await server.sessionOf('admin')];
  const viewer = await connectViewer(server.server.port, { headers });
  const other = await connectViewer(server.server.port, { headers: own });
  await viewer.settle();
  expect((await server.ask('/api/users/viewer', { method: 'DELETE', headers: own })).status).toBe(204);
  const [code, reason] = await viewer.closed;
  expect([code, reason.toString()]).toEqual([1008, 'the session is over']);
  await other.settle();
  await other.close();
});

test.each([
  ['another site', { origin: 'http://evil.example' }],
  ['an opaque origin', { origin: 'null' }],
  ['another site, by fetch metadata', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
])('a page of %s changes nothing with the cookie of an admin, and opens no WebSocket', async (_name, foreign) => {
  server = await startWithUsers();
  const headers = { ...(await server.sessionOf('admin')), ...foreign };
  const refused = { status: 403, body: { code: 'forbidden-origin' } };
  expect(await server.send('PUT', '/api/alerts/a1/verdict', { verdict: 'real' }, headers)).toMatchObject(refused);
  expect(await server.send('POST', '/api/users', { name: 'eve', role: 'admin', password }, headers)).toMatchObject(
    refused,
  );
  expect(await server.ask('/api/session', { method: 'DELETE', headers })).toMatchObject(refused);
  expect(await server.send('POST', '/api/session', { name: 'admin', password }, foreign)).toMatchObject(refused);
  expect(await refusedUpgrade(headers)).toContain('403');
  expect(server.access.users()).toHaveLength(3);
});

test('the cookie of a session is kept from scripts and from other sites', async () => {
  server = await startWithUsers();
  const { status, headers, body } = await server.send('POST', '/api/session', { name: 'admin', password });
  expect([status, body]).toEqual([200, { name: 'admin', role: 'admin' }]);
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^nightjar_session=[\w-]{43}; Max-Age=36000; Path=\/; HttpOnly; SameSite=Strict$/);
});

/** fetch sends no other Host than that of the address. */
const askFor = async (host: string, path = '/api/cameras', method = 'GET'): Promise<number | undefined> => {
  const asked = request({ port: server.server.port, host: '127.0.0.1', path, method, headers: { host } });
  asked.end();
  const [answer] = await once(asked, 'response');
  answer.resume();
  return answer.statusCode;
};

test('without a log-in a name that was bound to this machine is refused everything: page, REST and WebSocket', async () => {
  server = await startWithUsers({}, { isOpen: true });
  const { port } = server.server;
  expect(await askFor(`localhost:${port}`)).toBe(200);
  expect(await askFor(`127.0.0.1:${port}`)).toBe(200);
  for (const path of ['/', '/api/cameras', '/api/session', '/metrics', '/health'])
    expect([path, await askFor(`evil.example:${port}`, path)]).toEqual([path, 403]);
  const host = `evil.example:${port}`;
  expect(await refusedUpgrade({ host, origin: `http://${host}` })).toContain('403');
});

test.each([
  '/api/alerts/..%2f..%2f..%2fetc%2fpasswd/snapshot.jpg',
  '/api/alerts/%2e%2e/snapshot.jpg',
  '/api/alerts/a1/../../../../etc/passwd',
  '/api/alerts/a1%00/snapshot.jpg',
  '/api/alerts/..%5c..%5cetc/clip.mp4',
  '/api/alerts/..%2f..%2fauth.db/clip.mp4',
  '/..%2f..%2fauth.db',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/..%c0%af..%c0%afetc/passwd',
])('no file is read by %s', async (path) => {
  server = await startWithUsers({}, { isOpen: true });
  // As it is written, without what fetch does to dots.
  const asked = request({ port: server.server.port, host: '127.0.0.1', path });
  asked.end();
  const [answer] = await once(asked, 'response');
  expect([400, 403, 404]).toContain(answer.statusCode);
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  expect(text).not.toContain('root:');
  expect(JSON.parse(text)).toMatchObject({ code: expect.stringMatching(/./) });
});

const large = 10 * 1024 * 1024;

test('a body of 10 MB is refused, with and without a log-in, and a message of 10 MB closes the WebSocket', async () => {
  server = await startWithUsers();
  const headers = await server.sessionOf('admin');
  const body = { verdict: 'x'.repeat(large) };
  const tooLarge = { status: 413, body: { code: 'invalid-request' } };
  expect(await server.send('PUT', '/api/alerts/a1/verdict', body, headers)).toMatchObject(tooLarge);
  expect(await server.send('POST', '/api/session', { name: 'admin', password: 'x'.repeat(5000) })).toMatchObject(
    tooLarge,
  );
  const viewer = await connectViewer(server.server.port, { headers });
  viewer.socket.send('x'.repeat(large));
  expect((await viewer.closed)[0]).toBe(1009);
  expect((await server.ask('/health')).status).toBe(200);
});

const attempt = async (name: string, wrong: string, headers = {}) =>
  server.send('POST', '/api/session', { name, password: wrong }, headers);

test('the eleventh attempt from an address within a minute is refused even with the right password', async () => {
  server = await startWithUsers();
  for (let count = 0; count < 10; count++)
    expect(await attempt('admin', `guess ${count}`)).toMatchObject({
      status: 401,
      body: { code: 'wrong-credentials' },
    });
  const { status, headers, body } = await attempt('admin', password);
  expect([status, body]).toMatchObject([429, { code: 'too-many-attempts' }]);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(server.feed.auth).toContainEqual({ what: 'log-in refused', address: '127.0.0.1', subject: 'admin' });
  expect(server.feed.auth).toContainEqual({ what: 'too many log-ins', address: '127.0.0.1' });
  expect(JSON.stringify(server.feed.auth)).not.toMatch(/guess|horse/);
});

test('a name that nobody has is not logged: it may be a password', async () => {
  server = await startWithUsers();
  await attempt('hunter2hunter2', 'admin');
  expect(server.feed.auth).toEqual([{ what: 'log-in refused', address: '127.0.0.1' }]);
});

test('10,000 attempts from as many addresses, on one name, reach its password 20 times a minute', async () => {
  server = await startWithUsers({ trustProxy: ['127.0.0.0/8'] });
  // Within one minute, however busy this machine is.
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  const statuses = new Map<number, number>();
  for (let count = 0; count < 10_000; count += 50)
    await Promise.all(
      Array.from({ length: 50 }, async (_value, index) => {
        const forwarded = { 'x-forwarded-for': `10.1.${Math.floor((count + index) / 250)}.${(count + index) % 250}` };
        const { status } = await attempt('admin', `guess ${count + index}`, forwarded);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }),
    );
  clock.mockRestore();
  expect(Object.fromEntries(statuses)).toEqual({ 401: 20, 429: 9980 });
}, 300_000);

test('who is no trusted proxy cannot choose the address that its attempts are counted by', async () => {
  server = await startWithUsers();
  const statuses = [];
  for (let count = 0; count < 12; count++)
    statuses.push((await attempt('admin', 'guess', { 'x-forwarded-for': `10.0.0.${count}` })).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
});
