import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { pino } from 'pino';
import { Registry } from 'prom-client';
import { NEVER, Subject } from 'rxjs';

import type { NotifierSettings } from '../../src/config/notify-schema.ts';
import type { AlertEvent } from '../../src/core/status.ts';
import { Cleanups } from '../../src/pipeline/cleanups.ts';
import { notifyAlerts } from '../../src/pipeline/notify-alerts.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { freePort } from '../support/free-port.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
let cleanups: Cleanups;
/** Nobody listens there: what is queued stays queued. */
let port: number;
const alerts$ = new Subject<AlertEvent>();
const lines: string[] = [];
const metrics = createMetrics(new Registry());

beforeEach(async () => {
  port = await freePort();
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-notify-alerts-'));
  cleanups = new Cleanups();
  lines.length = 0;
});
afterEach(async () => {
  await cleanups.run();
  rmSync(folder, { recursive: true });
});

const webhook = () => ({
  url: `http://127.0.0.1:${port}/token-abc`,
  secret: `whsec_${'A'.repeat(32)}`,
  picture: false,
  timeoutSeconds: 5,
  maxAttempts: 15,
});
const start = (changes: Partial<NotifierSettings> = {}) =>
  notifyAlerts(
    { notify: [{ name: 'hook', webhook: webhook(), ...changes }], storage: { path: folder } },
    {
      alerts$,
      store: { list: () => [], snapshotPath: ({ snapshot }) => path.join(folder, snapshot) },
      status: () => [cameraOf('door')],
      status$: NEVER,
      predictions$: NEVER,
      metrics,
      log: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
      cleanups,
    },
  );

test('who hears of an alert later finds it in the outbox already', async () => {
  const notifiers = start();
  const pending: (number | undefined)[] = [];
  const viewer = alerts$.subscribe(() => pending.push(notifiers.status()[0]?.pending));
  alerts$.next({ event: 'opened', alert: alertOf('a', { startAt: Date.now() + 1 }) });
  viewer.unsubscribe();
  expect(pending).toEqual([1]);
  expect((await metrics.notificationsPending.get()).values).toEqual([{ labels: { notifier: 'hook' }, value: 1 }]);
});

test('says once that a notifier is down, where and why, without what is secret', async () => {
  start();
  for (const id of ['a', 'b']) alerts$.next({ event: 'opened', alert: alertOf(id, { startAt: Date.now() + 1 }) });
  await waitUntil('it says so', () => expect(lines.length).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('the notifier is down: it cannot be reached');
  expect(lines[0]).toContain(`"address":"http://127.0.0.1:${port}"`);
  expect(lines[0]).not.toMatch(/token|whsec/);
});

test('warns of a notifier that waits for a camera that does not exist', () => {
  start({ cameras: ['door', 'dor'] });
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({
      notifier: 'hook',
      camera: 'dor',
      msg: expect.stringContaining('does not exist') as string,
    }),
  ]);
});
