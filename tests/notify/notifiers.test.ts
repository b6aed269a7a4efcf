import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openAlertStore } from '../../src/alert/alert-store.ts';
import type { AlertStore } from '../../src/alert/alert-store.ts';
import type { Alert } from '../../src/core/status.ts';
import { startNotifiers } from '../../src/notify/notifiers.ts';
import type { NotifierOptions, Notifiers } from '../../src/notify/notifiers.ts';
import { alertOf } from '../support/alert-of.ts';
import { waitUntil } from '../support/wait-until.ts';

// The outbox, the alert store and the receiver are real; the receiver answers with `status`.
let folder: string;
let store: AlertStore;
let running: Notifiers | undefined;
let receiver: ReturnType<typeof createServer>;
let status = 204;
const received: string[] = [];
const told: string[] = [];
const counted: Record<string, number> = {};

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-notifiers-'));
  store = openAlertStore(path.join(folder, 'alerts'));
  status = 204;
  for (const list of [received, told]) list.length = 0;
  for (const name of Object.keys(counted)) delete counted[name];
  receiver = createServer((request, response) => {
    request.resume().on('end', () => {
      if (status < 300) received.push(String(request.headers['webhook-id']));
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {}).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  store.close();
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const webhook = (changes: Partial<NonNullable<NotifierOptions['webhook']>> = {}) => ({
  url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
  secret: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
  picture: false,
  timeoutSeconds: 5,
  maxAttempts: 15,
  ...changes,
});
const start = (notifiers: NotifierOptions[] = [{ name: 'home', webhook: webhook() }]): Notifiers => {
  running = startNotifiers(notifiers, [], {
    folder,
    alerts: store,
    appVersion: '1.2.3',
    readPicture: async () => undefined,
    onOutcome: (_name, outcome, count) => void (counted[outcome] = (counted[outcome] ?? 0) + count),
    onPending: () => undefined,
    onStatus: ({ isUp, message }, address) => told.push(isUp ? `up ${address}` : `down ${message}`),
    onProblem: (_name, message) => told.push(`problem ${message}`),
  });
  return running;
};
const alertNow = (id: string, changes: Partial<Alert> = {}): Alert => {
  const startAt = Date.now() + 1;
  return alertOf(id, { startAt, peakAt: startAt, snapshot: '', ...changes });
};
const save = (alert: Alert): Alert => store.save(alert)!;

test('an alert that was recorded and never announced, for Nightjar was killed, is told of at the next start', async () => {
  const first = start();
  first.announce({ event: 'opened', alert: save(alertNow('told')) });
  await waitUntil('it arrives and is noted', () => expect(counted['delivered']).toBe(1));
  await first.close();
  save(alertNow('forgotten'));
  save(alertNow('over', { endAt: Date.now() + 1000.25 }));
  store.close();
  // To open the store closes what the crash left open.
  store = openAlertStore(path.join(folder, 'alerts'));
  start();
  await waitUntil('they arrive', () => expect(received.length).toBeGreaterThanOrEqual(6));
  const closed = (id: string): string => `${id}-closed-${Math.round(store.get(id)?.endAt ?? 0)}`;
  expect(received[0]).toBe('told-opened');
  expect([...received].sort()).toEqual(
    ['told-opened', closed('told'), 'forgotten-opened', closed('forgotten'), 'over-opened', closed('over')].sort(),
  );
  for (const id of ['forgotten', 'over'])
    expect(received.indexOf(`${id}-opened`)).toBeLessThan(received.indexOf(closed(id)));
  await running?.close();
  received.length = 0;
  const again = start();
  expect(again.status()[0]?.pending).toBe(0);
});

test('a new notifier is told of alerts from now on, not of old ones', async () => {
  save(alertNow('old', { startAt: Date.now() - 60_000, endAt: Date.now() }));
  const first = start();
  expect(first.status()).toEqual([{ name: 'home', kind: 'webhook', isUp: true, pending: 0, dead: 0 }]);
  save(alertNow('new'));
  await first.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
  start([
    { name: 'home', webhook: webhook() },
    { name: 'later', webhook: webhook() },
  ]);
  await waitUntil('it arrives', () => expect(received.length).toBe(1));
  expect(received).toEqual(['new-opened']);
});

test('a receiver that fails at first gets everything after a restart of Nightjar, each once it answers', async () => {
  status = 500;
  const first = start();
  first.announce({ event: 'opened', alert: save(alertNow('a')) });
  first.announce({ event: 'opened', alert: save(alertNow('b')) });
  await waitUntil('an attempt fails', () => expect(counted['failed'] ?? 0).toBeGreaterThan(0));
  expect(told).toEqual(['down it answered 500']);
  expect(first.status()[0]).toMatchObject({ isUp: false, message: 'it answered 500', pending: 2 });
  await first.close();
  status = 200;
  start();
  await waitUntil('they arrive', () => expect(received.length).toBe(2), 30);
  expect([...received].sort()).toEqual(['a-opened', 'b-opened']);
  await waitUntil('it is noted', () => expect(counted['delivered']).toBe(2));
});

test('what is refused becomes a dead letter that can be read, sent again and removed', async () => {
  status = 404;
  const first = start();
  first.announce({ event: 'opened', alert: save(alertNow('a')) });
  await waitUntil('it is given up', () => expect(counted['dead']).toBe(1));
  const [letter] = first.deadLetters();
  expect(letter).toMatchObject({ notifier: 'home', alert: { id: 'a' }, attempts: 1, message: 'it answered 404' });
  expect(first.status()[0]).toMatchObject({ isUp: false, message: 'it answered 404', pending: 0, dead: 1 });
  status = 200;
  expect(first.retry(letter?.id ?? 0)).toBe(true);
  await waitUntil('it arrives and is noted', () => expect(counted['delivered']).toBe(1));
  expect(received).toContain('a-opened');
  expect([first.retry(letter?.id ?? 0), first.remove(letter?.id ?? 0), first.deadLetters()]).toEqual([
    false,
    false,
    [],
  ]);
  expect(told).toEqual(['down it answered 404', expect.stringMatching(/^up http:\/\/127/)]);
});

test('an alert that becomes severe enough while it goes on is told of then', async () => {
  const first = start([{ name: 'home', webhook: webhook(), minSeverity: 'high' }]);
  const alert = { ...alertNow('a'), severity: 'low' as const };
  first.announce({ event: 'opened', alert });
  expect(first.status()[0]?.pending).toBe(0);
  first.announce({ event: 'updated', alert: { ...alert, severity: 'high' as const } });
  first.announce({ event: 'updated', alert: { ...alert, peakScore: 9, severity: 'high' as const } });
  await waitUntil('it arrives', () => expect(received.length).toBe(1));
  expect(received).toEqual(['a-opened']);
});

test('nobody is told of a verdict, of an alert that is deleted, and of quiet ones', async () => {
  const first = start();
  first.announce({ event: 'updated', alert: alertNow('judged', { endAt: Date.now(), verdict: 'normal' }) });
  first.announce({ event: 'deleted', alert: alertNow('deleted') });
  first.announce({ event: 'opened', alert: { ...alertNow('quiet'), isQuiet: true } });
  expect(first.status()[0]?.pending).toBe(0);
});

test('a test is sent at once', async () => {
  const first = start();
  expect(await first.test('home')).toEqual({ ok: true });
  expect(received).toEqual([expect.stringMatching(/^test-\d+$/)]);
  status = 401;
  expect(await first.test('home')).toEqual({ ok: false, message: 'it answered 401' });
  expect(first.test('nobody')).toBeUndefined();
});

test('stops in good time while a receiver does not answer, and keeps what it was sending', async () => {
  receiver.removeAllListeners('request');
  let asked = 0;
  receiver.on('request', () => (asked += 1));
  const first = start([{ name: 'home', webhook: webhook({ timeoutSeconds: 120 }) }]);
  first.announce({ event: 'opened', alert: save(alertNow('a')) });
  await waitUntil('it is asked', () => expect(asked).toBe(1));
  await first.close();
  running = undefined;
  const again = start([{ name: 'home', webhook: webhook({ timeoutSeconds: 120 }) }]);
  expect(again.status()[0]?.pending).toBe(1);
});
