import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { freePort } from '../support/free-port.ts';
import { countNotifications, makeMosquitto, tlsListener } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { waitUntil } from '../support/wait-until.ts';

// A real broker and a process of Nightjar's own parts, both taken away and given back.
jest.setTimeout(120_000);

let folder: string;
let broker: Mosquitto;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-outage-'));
  broker = await makeMosquitto();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await broker.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a process that raises alerts; `alerts` are those it told of, `isUp` whether it is connected. */
const start = (name: string, { url = `mqtt://127.0.0.1:${broker.port}`, env = {}, intervalMs = 20 } = {}) => {
  const mqtt = { url, topic: 'nightjar', discovery: true, discoveryPrefix: 'homeassistant', version: 5 };
  const args = [
    'tests/notify/notify-forever.js',
    folder,
    JSON.stringify([{ name: 'home', mqtt }]),
    String(intervalMs),
    name,
  ];
  const started = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  child = started;
  const run = { alerts: new Set<string>(), isUp: false, lines: 0 };
  createInterface(started.stdout).on('line', (line) => {
    const [word, id] = line.split(' ');
    if (id === undefined) run.isUp = word === 'up';
    else run.alerts.add(id);
    run.lines += 1;
  });
  return {
    run,
    kill: async () => {
      const closed = once(started, 'close');
      started.kill('SIGKILL');
      await closed;
    },
  };
};

test('the broker is stopped and Nightjar killed with -9 in between: every alert arrives, begun and ended', async () => {
  await broker.start();
  const { received, end } = await countNotifications(broker.port);
  try {
    const first = start('first');
    await waitUntil('alerts arrive', () => expect(received.size).toBeGreaterThanOrEqual(20));
    await broker.stop();
    await waitUntil('it notices', () => expect(first.run.isUp).toBe(false));
    const before = first.run.alerts.size;
    await waitUntil('alerts go on without a broker', () =>
      expect(first.run.alerts.size).toBeGreaterThanOrEqual(before + 100),
    );
    await first.kill();

    const second = start('second');
    await waitUntil('alerts go on after the kill', () => expect(second.run.alerts.size).toBeGreaterThanOrEqual(50));
    await broker.start();
    await waitUntil('it is connected again', () => expect(second.run.isUp).toBe(true));
    await waitUntil('alerts go on with the broker', () => expect(second.run.alerts.size).toBeGreaterThanOrEqual(100));
    await second.kill();

    const third = start('third');
    const told = (): string[] => [...first.run.alerts, ...second.run.alerts, ...third.run.alerts];
    await waitUntil('it tells more', () => expect(third.run.alerts.size).toBeGreaterThanOrEqual(5));
    await third.kill();
    // Nobody is left who raises alerts; one more start delivers what the kill left.
    const last = start('last', { intervalMs: 60_000 });
    const missing = (): string[] => {
      const arrived = new Set([...received.keys()].map((id) => id.replace(/-closed-\d+$/, '-closed')));
      return told().filter((id) => !arrived.has(`${id}-opened`) || !arrived.has(`${id}-closed`));
    };
    await waitUntil('everything arrives', () => expect(missing()).toEqual([]), 60);
    await last.kill();
    expect(told().length).toBeGreaterThan(200);
    // Told again only where the crash came between the broker's answer and the note of it.
    expect([...received.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(10);
  } finally {
    await end();
  }
});

test("over TLS, with the certificate of an authority of one's own in NODE_EXTRA_CA_CERTS", async () => {
  const port = await freePort();
  let certificate = '';
  await broker.remove();
  broker = await makeMosquitto((inFolder) => {
    const listener = tlsListener(inFolder, port);
    ({ certificate } = listener);
    return listener.settings;
  });
  await broker.start();
  const { received, end } = await countNotifications(broker.port);
  try {
    start('secure', { url: `mqtts://127.0.0.1:${port}`, env: { NODE_EXTRA_CA_CERTS: certificate } });
    await waitUntil('alerts arrive', () => expect(received.size).toBeGreaterThanOrEqual(10));
  } finally {
    await end();
  }
});
