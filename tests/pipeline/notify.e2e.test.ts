import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { countNotifications, makeMosquitto } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';

// The product as a user has it: `nightjar run` on the simulator, a real broker, a real receiver of webhooks.
jest.setTimeout(300_000);

let folder: string;
let broker: Mosquitto;
let nightjar: ChildProcess | undefined;
let output = '';
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
  nightjar?.kill('SIGKILL');
  receiver.closeAllConnections();
  receiver.close();
  await broker.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Starts `nightjar run` and resolves with the page's address. */
const start = async (): Promise<string> => {
  const args = ['bin/nightjar.js', 'run', path.join(folder, 'pipeline.yaml'), '--json'];
  const env = { ...process.env, WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 3).toString('base64')}` };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  nightjar = child;
  output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /"url":"(http[^"]+)","msg":"open for business"/.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`nightjar ended with ${code}: ${output}`)));
  });
};

const until = async (what: string, isSo: () => boolean | Promise<boolean>, seconds = 90): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; !(await isSo());) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain: ${what}\n${output.slice(-3000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
const getJson = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const opened = (): number => [...output.matchAll(/alert opened/g)].length;

test('a broker that stops and a kill -9 in between lose no alert, for Home Assistant or a webhook that fails first', async () => {
  const { received, end } = await countNotifications(broker.port);
  try {
    await writePipeline(100);
    await start();
    await until('an alert arrives', () => received.size >= 2, 200);
    await broker.stop();
    const before = opened();
    await until('alerts go on without the broker', () => opened() >= before + 2);
    const killed = once(nightjar!, 'exit');
    nightjar!.kill('SIGKILL');
    await killed;
    expect(output).toMatch(/"notifier":"hook".*the notifier is down: it answered 503/);
    expect(posted.size).toBe(0);

    // The model is kept: it need not see normal life first.
    await writePipeline(10);
    const url = await start();
    await until('alerts go on after the kill', () => opened() >= 1);
    await broker.start();
    webhookStatus = 204;
    const due = async (): Promise<string[]> => {
      const alerts = await getJson<{ id: string; endAt: number | null }[]>(`${url}/api/alerts?limit=1000`);
      return alerts.flatMap(({ id, endAt }) =>
        endAt === null ? [`${id}-opened`] : [`${id}-opened`, `${id}-closed-${Math.round(endAt)}`],
      );
    };
    await until('everything arrives', async () => (await due()).every((id) => received.has(id) && posted.has(id)));
    expect((await due()).length).toBeGreaterThanOrEqual(7);

    const notifiers = await getJson<{ name: string; isUp: boolean; dead: number }[]>(`${url}/api/notifiers`);
    expect(notifiers).toMatchObject([
      { name: 'home', kind: 'mqtt', isUp: true, dead: 0 },
      { name: 'hook', kind: 'webhook', isUp: true, dead: 0 },
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/nightjar_notifications_total\{notifier="home",outcome="delivered"\} [1-9]/);
    expect(metrics).toMatch(/nightjar_notifications_pending\{notifier="hook"\} \d/);
    expect(output).not.toContain('whsec_');
    expect(output).not.toContain('/tell');
  } finally {
    await end();
  }
});

test('stops in good order', async () => {
  const exit = once(nightjar!, 'exit');
  nightjar!.kill('SIGTERM');
  expect((await exit)[0]).toBe(0);
});
