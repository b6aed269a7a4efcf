import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { countNotifications, makeMosquitto } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { runNightjar } from '../support/run-nightjar.ts';
import type { RunningNightjar } from '../support/run-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

// The product as a user has it: `nightjar run` on the simulator, a real broker, a real receiver of webhooks.
jest.setTimeout(300_000);

let folder: string;
let broker: Mosquitto;
let nightjar: RunningNightjar | undefined;
let webhookStatus = 503;
const posted = new Set<string>();
const receiver = createServer((request, response) => {
  request.resume().on('end', () => {
    if (webhookStatus < 300) posted.add(String(request.headers['webhook-id']));
    response.writeHead(webhookStatus, { 'retry-after': '1' }).end();
  });
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-notify-'));
  broker = await makeMosquitto();
  await broker.start();
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});

/** A pipeline whose camera is covered for 5 of every 10 seconds, from `first` seconds after its start on. */
const writePipeline = async (first: number): Promise<void> =>
  writeFile(
    path.join(folder, 'pipeline.yaml'),
    `
cameras:
  - { id: walkway, url: "simulator://walkway?seed=3&width=320&height=180&fps=8&first=${first}&every=10&seconds=5&kinds=covered" }
defaults: { size: 128x72, fps: 8, tasks: [anomaly] }
learning: { minutes: 0.4, maxMinutes: 0.4, validationShare: 0.4 }
alerts: { falseAlarmsPerDay: 100, cooldownSeconds: 0 }
server: { port: 0 }
notify:
  - { name: home, mqtt: { url: "mqtt://127.0.0.1:${broker.port}" } }
  - name: hook
    webhook: { url: "http://127.0.0.1:${(receiver.address() as AddressInfo).port}/tell", secret: "\${WEBHOOK_SECRET}" }
`,
  );
afterAll(async () => {
  await nightjar?.kill();
  receiver.closeAllConnections();
  receiver.close();
  await broker.remove();
  await rm(folder, { recursive: true, force: true });
});

const start = async (): Promise<RunningNightjar> => {
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  return (nightjar = await runNightjar(path.join(folder, 'pipeline.yaml'), { WEBHOOK_SECRET: secret }));
};
const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const opened = (output: string): number => [...output.matchAll(/alert opened/g)].length;

test('a broker that stops and a kill -9 in between lose no alert, for Home Assistant or a webhook that fails first', async () => {
  const { received, end } = await countNotifications(broker.port);
  try {
    await writePipeline(100);
    const first = await start();
    await waitUntil('an alert arrives', () => expect(received.size).toBeGreaterThanOrEqual(2), 200);
    await broker.stop();
    const before = opened(first.output());
    await waitUntil(
      'alerts go on without the broker',
      () => expect(opened(first.output())).toBeGreaterThanOrEqual(before + 2),
      90,
    );
    await first.kill();
    expect(first.output()).toMatch(/"notifier":"hook".*the notifier is down: it answered 503/);
    expect(posted.size).toBe(0);

    // The model is kept: it need not see normal life first.
    await writePipeline(10);
    const { url, output } = await start();
    await waitUntil('alerts go on after the kill', () => expect(opened(output())).toBeGreaterThan(0), 90);
    await broker.start();
    webhookStatus = 204;
    const due = async (): Promise<string[]> => {
      const alerts = await getJson<{ id: string; endAt: number | null }[]>(`${url}/api/alerts?limit=1000`);
      return alerts.flatMap(({ id, endAt }) =>
        endAt === null ? [`${id}-opened`] : [`${id}-opened`, `${id}-closed-${Math.round(endAt)}`],
      );
    };
    const missing = async () => (await due()).filter((id) => !received.has(id) || !posted.has(id));
    await waitUntil('nothing is missing', async () => expect(await missing()).toEqual([]), 90);
    expect((await due()).length).toBeGreaterThanOrEqual(7);

    const notifiers = await getJson<{ name: string; isUp: boolean; dead: number }[]>(`${url}/api/notifiers`);
    expect(notifiers).toMatchObject([
      { name: 'home', kind: 'mqtt', isUp: true, dead: 0 },
      { name: 'hook', kind: 'webhook', isUp: true, dead: 0 },
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/nightjar_notifications_total\{notifier="home",outcome="delivered"\} [1-9]/);
    expect(metrics).toMatch(/nightjar_notifications_pending\{notifier="hook"\} \d/);
    expect(output()).not.toContain('whsec_');
    expect(output()).not.toContain('/tell');
  } finally {
    await end();
  }
});

test('stops in good order', async () => {
  expect(await nightjar?.kill('SIGTERM')).toBe(0);
});
