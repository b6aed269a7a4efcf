import { once } from 'node:events';
import net from 'node:net';
import { WebSocket } from 'ws';

import { startSynthetic } from './synthetic-feed.ts';
import { connectViewer } from './test-viewer.ts';
import { startWithUsers } from './with-users.ts';

type Synthetic = Awaited<ReturnType<typeof startSynthetic>>;
let running: Synthetic | undefined;
afterEach(async () => running?.close());

const start = async (limits: Parameters<typeof startSynthetic>[0]): Promise<Synthetic> =>
  (running = await startSynthetic(limits));
const withUsers = async (limits: Parameters<typeof startSynthetic>[0]) => {
  const users = await startWithUsers(limits);
  running = users;
  return users;
};

/** What a WebSocket that is refused is told. */
const refusal = async (port: number, headers: Record<string, string> = {}): Promise<number | undefined> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
  const [error] = (await once(socket, 'error')) as [Error];
  return Number(/\d{3}$/.exec(error.message)?.[0]);
};
/** By reason. */
const refused = async ({ feed }: Pick<Synthetic, 'feed'>) =>
  Object.fromEntries(
    (await feed.metrics.viewersRefused.get()).values.map(({ labels, value }) => [labels.reason, value]),
  );

test('one more WebSocket than the server has places for is refused with 503, told and counted; a place that is left is free', async () => {
  const synthetic = await start({ maxViewers: 2 });
  const { port } = synthetic.server;
  expect(await refused(synthetic)).toEqual({ 'server-full': 0, 'user-full': 0 });
  const [first, second] = [await connectViewer(port), await connectViewer(port)];
  expect(await refusal(port)).toBe(503);
  expect(synthetic.feed.full).toEqual([{ reason: 'server-full', address: '127.0.0.1', user: undefined }]);
  expect(await refused(synthetic)).toEqual({ 'server-full': 1, 'user-full': 0 });
  await first.close();
  const third = await connectViewer(port);
  for (const viewer of [second, third]) await viewer.close();
});

test('a user has so many places, by log-ins and tokens together, and takes none from others', async () => {
  const users = await withUsers({ maxViewersPerUser: 2 });
  const { port } = users.server;
  const { secret } = users.access.addToken('viewer', { name: 'screen' });
  const byToken = { authorization: `Bearer ${secret}` };
  const own = [
    await connectViewer(port, { headers: await users.sessionOf('viewer') }),
    await connectViewer(port, { headers: byToken }),
  ];
  expect(await refusal(port, byToken)).toBe(429);
  expect(await refusal(port, await users.sessionOf('viewer'))).toBe(429);
  expect(users.feed.full.at(-1)).toEqual({ reason: 'user-full', address: '127.0.0.1', user: 'viewer' });
  expect(await refused(users)).toEqual({ 'server-full': 0, 'user-full': 2 });
  const other = await connectViewer(port, { headers: await users.sessionOf('admin') });
  for (const viewer of [...own, other]) await viewer.close();
});

test('where nobody logs in an address has so many places', async () => {
  const synthetic = await start({ maxViewersPerUser: 1 });
  const viewer = await connectViewer(synthetic.server.port);
  expect(await refusal(synthetic.server.port)).toBe(429);
  await viewer.close();
});

test('what a proxy says is the address that is told', async () => {
  const users = await withUsers({ maxViewersPerUser: 1, trustProxy: ['127.0.0.1'] });
  const headers = { ...(await users.sessionOf('viewer')), 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };
  const viewer = await connectViewer(users.server.port, { headers });
  expect(await refusal(users.server.port, headers)).toBe(429);
  expect(users.feed.full).toMatchObject([{ address: '203.0.113.9' }]);
  await viewer.close();
});

test('strangers are told to log in, not how full it is, and take no place; nor does a handshake that fails', async () => {
  const users = await withUsers({ maxViewers: 1 });
  const { port } = users.server;
  const headers = await users.sessionOf('viewer');
  for (let count = 0; count < 3; count++) expect(await refusal(port)).toBe(401);
  const broken = net.connect(port, '127.0.0.1');
  broken.write(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${headers.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  expect(String((await once(broken, 'data'))[0])).toMatch(/^HTTP\/1\.1 400 /);
  broken.destroy();
  const viewer = await connectViewer(port, { headers });
  expect(await refusal(port)).toBe(401);
  await viewer.close();
});
