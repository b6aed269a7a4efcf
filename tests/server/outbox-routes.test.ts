import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(async () => synthetic.close());

const ask = async (method: string, path: string): Promise<[number, unknown]> => {
  const response = await fetch(`http://127.0.0.1:${synthetic.server.port}${path}`, { method });
  const text = await response.text();
  return [response.status, text === '' ? '' : (JSON.parse(text) as unknown)];
};

test('lists who is told, and the dead letters', async () => {
  expect(await ask('GET', '/api/notifiers')).toEqual([
    200,
    [{ name: 'home', kind: 'webhook', isUp: true, pending: 2, dead: 1 }],
  ]);
  expect(await ask('GET', '/api/notifiers/dead')).toMatchObject([
    200,
    [{ id: 7, notifier: 'home', alert: { id: 'a1' }, attempts: 15, message: 'it answered 500', at: 5 }],
  ]);
});

test('sends a test, and says why it did not arrive', async () => {
  expect(await ask('POST', '/api/notifiers/home/test')).toEqual([200, { ok: true }]);
  synthetic.feed.notifiers.testOutcome = { ok: false, message: 'it answered 401' };
  expect(await ask('POST', '/api/notifiers/home/test')).toEqual([200, { ok: false, message: 'it answered 401' }]);
  expect(await ask('POST', '/api/notifiers/nobody/test')).toMatchObject([404, { code: 'unknown-notifier' }]);
});

test('queues a dead letter again or removes it, once', async () => {
  expect(await ask('POST', '/api/notifiers/dead/7/retry')).toEqual([204, '']);
  expect(await ask('POST', '/api/notifiers/dead/8/retry')).toMatchObject([404, { code: 'unknown-dead-letter' }]);
  expect(await ask('DELETE', '/api/notifiers/dead/7')).toEqual([204, '']);
  expect(await ask('DELETE', '/api/notifiers/dead/7')).toMatchObject([404, { code: 'unknown-dead-letter' }]);
  expect(await ask('DELETE', '/api/notifiers/dead/x')).toMatchObject([400, { code: 'invalid-request' }]);
});
