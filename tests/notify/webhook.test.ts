import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Notification } from '../../src/notify/outbox.ts';
import { openWebhook, retryAfterMs } from '../../src/notify/webhook.ts';
import type { WebhookOptions } from '../../src/notify/webhook.ts';
import { alertOf } from '../support/alert-of.ts';
import { waitUntil } from '../support/wait-until.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const notification: Notification = {
  seq: 1,
  id: 'a-opened',
  event: 'opened',
  alert: alertOf('a'),
  queuedAt: 1_700_000_000_000,
  attempts: 0,
};
const running = new AbortController().signal;

interface Post {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: string;
}

/** A receiver over real HTTP that answers with `answer`. */
const receive = async (answer: (response: ServerResponse, request: IncomingMessage) => void) => {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posts.push({ headers: request.headers, url: request.url ?? '', body: Buffer.concat(chunks).toString() });
      answer(response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { posts, host, close };
};

const open = (url: string, changes: Partial<WebhookOptions> = {}) =>
  openWebhook(
    { url, secret, picture: false, timeoutSeconds: 5, maxAttempts: 15, ...changes },
    { readPicture: async () => Uint8Array.of(1, 2, 3), now: () => 1_700_000_123_456 },
  );

test('posts the alert as JSON with links, the picture, and a signature of exactly these bytes', async () => {
  const { posts, host, close } = await receive((response) => void response.writeHead(204).end());
  try {
    const webhook = open(`http://user:p%40ss@${host}/hook?x=1`, {
      picture: true,
      publicUrl: 'https://cams.example/n/',
    });
    expect(await webhook.deliver(notification, running)).toEqual({ outcome: 'delivered' });
    expect(webhook.address).toBe(`http://${host}`);
    const [{ headers, url, body } = { headers: {}, url: '', body: '' }] = posts;
    expect(url).toBe('/hook?x=1');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'a-opened',
      'webhook-timestamp': '1700000123',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
    const expected = createHmac('sha256', Buffer.alloc(24, 7)).update(`a-opened.1700000123.${body}`).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(JSON.parse(body)).toEqual({
      type: 'alert.opened',
      timestamp: '2023-11-14T22:13:20.000Z',
      data: {
        ...alertOf('a'),
        page: 'https://cams.example/n/#/alerts/a',
        snapshotUrl: 'https://cams.example/n/api/alerts/a/snapshot.jpg',
        picture: 'AQID',
      },
    });
  } finally {
    await close();
  }
});

test.each([
  [200, 'delivered'],
  [202, 'delivered'],
  [302, 'later'],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [408, 'later'],
  [410, 'refused'],
  [429, 'later'],
  [500, 'later'],
  [503, 'later'],
])('the answer %d means: %s', async (status, outcome) => {
  const { posts, host, close } = await receive(
    (response) => void response.writeHead(status, { location: '/elsewhere' }).end(),
  );
  try {
    const attempt = await open(`http://${host}/secret-path`).deliver(notification, running);
    expect(attempt.outcome).toBe(outcome);
    expect(JSON.stringify(attempt)).not.toContain('secret-path');
    // No redirect is followed.
    expect(posts).toHaveLength(1);
  } finally {
    await close();
  }
});

test('asks for the time that the receiver asks for', async () => {
  const { host, close } = await receive((response) => void response.writeHead(429, { 'retry-after': '120' }).end());
  try {
    expect(await open(`http://${host}/`).deliver(notification, running)).toEqual({
      outcome: 'later',
      message: 'it answered 429',
      afterMs: 120_000,
    });
  } finally {
    await close();
  }
});

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Tue, 14 Nov 2023 22:14:20 GMT', 60_000],
  ['Tue, 14 Nov 2023 22:00:00 GMT', 0],
  ['9999999999', 6 * 3_600_000],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %s means %s ms', (header, expected) => {
  expect(retryAfterMs(header, 1_700_000_000_000)).toBe(expected);
});

test('an endless answer is not read, and one that does not come is not waited for', async () => {
  const endless = await receive((response) => {
    response.writeHead(200);
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', write);
    write();
  });
  const silent = await receive(() => undefined);
  try {
    expect(await open(`http://${endless.host}/`).deliver(notification, running)).toEqual({ outcome: 'delivered' });
    expect(await open(`http://${silent.host}/`, { timeoutSeconds: 0.2 }).deliver(notification, running)).toEqual({
      outcome: 'later',
      message: 'no answer within 0.2 s',
    });
  } finally {
    await endless.close();
    await silent.close();
  }
});

test('says why it cannot be reached, without user, password and path', async () => {
  const { host, close } = await receive(() => undefined);
  await close();
  const attempt = await open(`http://user:hunter2@${host}/token-123`).deliver(notification, running);
  expect(attempt).toEqual({ outcome: 'later', message: 'it cannot be reached (ECONNREFUSED)' });
});

test('says so of a port that no web server may use', async () => {
  expect(await open('http://127.0.0.1:6000/').deliver(notification, running)).toMatchObject({
    message: expect.stringContaining('no web server may use its port') as string,
  });
});

test('ends an attempt that is under way when Nightjar stops', async () => {
  const { posts, host, close } = await receive(() => undefined);
  try {
    const stopping = new AbortController();
    const attempt = open(`http://${host}/`, { timeoutSeconds: 100 }).deliver(notification, stopping.signal);
    await waitUntil('it is posted', () => expect(posts.length).toBeGreaterThan(0));
    stopping.abort();
    expect((await attempt).outcome).toBe('later');
  } finally {
    await close();
  }
});
