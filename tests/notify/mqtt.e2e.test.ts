import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

import { connectAsync } from 'mqtt';
import type { MqttClient } from 'mqtt';

import type { NotificationOutcome } from '../../src/core/notification.ts';
import type { CameraStatus } from '../../src/core/status.ts';
import { startNotifiers } from '../../src/notify/notifiers.ts';
import type { NotifierOptions, Notifiers } from '../../src/notify/notifiers.ts';
import { reachBroker, reachHost } from '../../src/notify/reach.ts';
import { freePort } from '../support/free-port.ts';
import { makeMosquitto, tlsListener } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { waitUntil } from '../support/wait-until.ts';

jest.setTimeout(60_000);

let folder: string;
let broker: Mosquitto;
let notifiers: Notifiers | undefined;
let listener: MqttClient | undefined;
const login = { username: 'nightjar', password: 'hunter2secret' };
const told: string[] = [];

/** Every message since it was called: topic, text, and whether it was retained. */
const listen = async (): Promise<{ topic: string; text: string; bytes: Buffer; isRetained: boolean }[]> => {
  const messages: { topic: string; text: string; bytes: Buffer; isRetained: boolean }[] = [];
  listener = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { username: 'listener', password: 'x' });
  listener.on('message', (topic, bytes, { retain }) => {
    messages.push({ topic, text: bytes.toString(), bytes, isRetained: retain });
  });
  await listener.subscribeAsync('#', { qos: 1 });
  return messages;
};

const outcomes: Partial<Record<NotificationOutcome, number>> = {};
const start = (
  mqtt: Partial<NonNullable<NotifierOptions['mqtt']>> = {},
  { cameras = [cameraOf('door')], publicUrl }: { cameras?: CameraStatus[]; publicUrl?: string } = {},
): Notifiers => {
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const broad = { topic: 'nightjar', discovery: true, discoveryPrefix: 'homeassistant', version: 5 };
  notifiers = startNotifiers([{ name: 'home', mqtt: { url, ...login, ...broad, ...mqtt }, publicUrl }], cameras, {
    folder,
    alerts: { list: () => [] },
    appVersion: '1.2.3',
    readPicture: async ({ id }) => Buffer.from(`picture of ${id}`),
    onOutcome: (_name, outcome, count) => void (outcomes[outcome] = (outcomes[outcome] ?? 0) + count),
    onPending: () => undefined,
    onStatus: ({ isUp, message }, address) => told.push(isUp ? `up ${address}` : `down ${message}`),
    onProblem: (_name, message) => told.push(`problem ${message}`),
  });
  return notifiers;
};

/** A broker with a login for Nightjar, and for the listener. */
const withPasswords = (inFolder: string): string => {
  const file = path.join(inFolder, 'passwords');
  for (const [user, password] of [
    [login.username, login.password],
    ['listener', 'x'],
  ] as const)
    spawnSync('mosquitto_passwd', ['-b', ...(user === 'nightjar' ? ['-c'] : []), file, user, password]);
  spawnSync('chmod', ['a+r', file]);
  return `allow_anonymous false\npassword_file ${file}`;
};

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-mqtt-'));
  broker = await makeMosquitto(withPasswords);
  await broker.start();
  told.length = 0;
});
afterEach(async () => {
  await notifiers?.close();
  notifiers = undefined;
  await listener?.endAsync(true);
  listener = undefined;
  await broker.remove();
  rmSync(folder, { recursive: true, force: true });
});

const now = (): number => Date.now() + 1;
const newest = (messages: Awaited<ReturnType<typeof listen>>, topic: string): string | undefined =>
  messages.findLast((message) => message.topic === topic)?.text;

test('announces each camera and its state to Home Assistant, retained, and again when that starts', async () => {
  const running = start();
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  running.setScore('door', 0.51234);
  running.setScore('door', 0.9);
  const messages = await listen();
  const discovery = 'homeassistant/device/nightjar_door/config';
  await waitUntil('everything is there', () => {
    expect(newest(messages, 'nightjar/door/score')).toBeDefined();
    expect(messages.length).toBeGreaterThanOrEqual(5);
  });
  expect(messages.every(({ isRetained }) => isRetained)).toBe(true);
  expect(newest(messages, 'nightjar/status')).toBe('online');
  expect(newest(messages, 'nightjar/door/connectivity')).toBe('ON');
  expect(newest(messages, 'nightjar/door/alert')).toBe('OFF');
  // The second score came within a second of the first.
  expect(newest(messages, 'nightjar/door/score')).toBe('0.512');
  expect(JSON.parse(newest(messages, discovery) ?? '')).toMatchObject({
    device: { identifiers: ['nightjar_door'], sw_version: '1.2.3' },
    components: { alert: { platform: 'binary_sensor', state_topic: 'nightjar/door/alert' } },
  });

  messages.length = 0;
  await listener?.publishAsync('homeassistant/status', 'online');
  await waitUntil('it is announced again', () => expect(newest(messages, discovery)).toBeDefined());
  await waitUntil('its state too', () => expect(newest(messages, 'nightjar/door/alert')).toBe('OFF'));
});

test('an alert shows as a picture, an event and a state, the picture first', async () => {
  const running = start({}, { publicUrl: 'https://cams.example' });
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  const messages = await listen();
  await waitUntil('the retained ones arrive', () => expect(newest(messages, 'nightjar/door/alert')).toBe('OFF'));
  messages.length = 0;
  const opened = alertOf('a', { startAt: now() });
  running.announce({ event: 'opened', alert: opened });
  await waitUntil('the event arrives', () => expect(newest(messages, 'nightjar/door/event')).toBeDefined());
  expect(JSON.parse(newest(messages, 'nightjar/door/event') ?? '')).toEqual({
    event_type: 'opened',
    notificationId: 'a-opened',
    ...opened,
    page: 'https://cams.example/#/alerts/a',
    snapshotUrl: 'https://cams.example/api/alerts/a/snapshot.jpg',
  });
  expect(newest(messages, 'nightjar/door/alert')).toBe('ON');
  const order = messages.map(({ topic }) => topic);
  expect(order.indexOf('nightjar/door/snapshot')).toBeLessThan(order.indexOf('nightjar/door/event'));
  expect(newest(messages, 'nightjar/door/snapshot')).toBe('picture of a');
  running.announce({ event: 'closed', alert: { ...opened, endAt: now() } });
  await waitUntil('the end arrives', () => expect(newest(messages, 'nightjar/door/alert')).toBe('OFF'));
  await waitUntil('it is told', () => expect(newest(messages, 'nightjar/door/event')).toContain('"closed"'));
  await waitUntil('nothing waits', () => expect(running.status()[0]?.pending).toBe(0));
});

test('a camera that goes is taken back, also one that went while Nightjar was off; its last picture stays else', async () => {
  const both = [cameraOf('door'), cameraOf('yard'), cameraOf('attic')];
  const running = start({}, { cameras: both });
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  for (const camera of ['door', 'yard'])
    running.announce({ event: 'opened', alert: alertOf(`of-${camera}`, { camera, startAt: now() }) });
  await waitUntil('they are delivered', () => expect(running.status()[0]?.pending).toBe(0));
  const messages = await listen();
  await waitUntil('the pictures are there', () =>
    expect(newest(messages, 'nightjar/yard/snapshot')).toBe('picture of of-yard'),
  );
  running.setCameras([cameraOf('door'), cameraOf('yard')]);
  await waitUntil('the attic goes', () =>
    expect(newest(messages, 'homeassistant/device/nightjar_attic/config')).toBe(''),
  );
  await running.close();
  await waitUntil('it says goodbye', () => expect(newest(messages, 'nightjar/status')).toBe('offline'));

  const again = start({}, { cameras: [cameraOf('door', { state: 'failed' })] });
  await waitUntil('the yard goes', () =>
    expect(newest(messages, 'homeassistant/device/nightjar_yard/config')).toBe(''),
  );
  for (const topic of ['connectivity', 'alert', 'snapshot'])
    await waitUntil(`its ${topic} goes`, () => expect(newest(messages, `nightjar/yard/${topic}`)).toBe(''));
  await waitUntil('the door is off', () => expect(newest(messages, 'nightjar/door/connectivity')).toBe('OFF'));
  expect(newest(messages, 'nightjar/door/snapshot')).toBe('picture of of-door');
  expect(again.status()[0]?.isUp).toBe(true);
});

test('a wrong password is told of once, without the password, and a broker that comes later is found', async () => {
  const running = start({ password: 'wrong-hunter3' });
  await waitUntil('it is refused', () => expect(told.length).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(told).toEqual([expect.stringMatching(/^down .*Not authorized/)]);
  expect(running.status()).toEqual([
    { name: 'home', kind: 'mqtt', isUp: false, message: expect.any(String), pending: 0, dead: 0 },
  ]);
  expect(JSON.stringify(running.status()) + told.join()).not.toContain('hunter3');
  await running.close();

  told.length = 0;
  await broker.stop();
  const later = start();
  await waitUntil('it is refused', () => expect(told.length).toBeGreaterThan(0));
  expect(told).toEqual([expect.stringMatching(/^down .*ECONNREFUSED/)]);
  await broker.start();
  await waitUntil('it is connected', () => expect(later.status()[0]?.isUp).toBe(true));
  expect(told).toEqual([expect.any(String), `up mqtt://127.0.0.1:${broker.port}`]);
});

test('a test goes to the broker at once, and says why when it cannot', async () => {
  const running = start();
  expect(await running.test('home')).toEqual({ ok: false, message: 'the broker is not connected' });
  expect(running.test('nobody')).toBeUndefined();
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  const messages = await listen();
  expect(await running.test('home')).toEqual({ ok: true });
  await waitUntil('it arrives', () => expect(newest(messages, 'nightjar/test')).toBe('{"event_type":"test"}'));
});

test('what the permissions of a broker refuse waits instead of vanishing', async () => {
  await broker.remove();
  broker = await makeMosquitto((inFolder) => {
    const file = path.join(inFolder, 'acl');
    writeFileSync(file, 'user listener\ntopic readwrite #\nuser nightjar\ntopic readwrite nightjar/status\n');
    return `${withPasswords(inFolder)}\nacl_file ${file}`;
  });
  await broker.start();
  const running = start();
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  running.announce({ event: 'opened', alert: alertOf('a', { startAt: now() }) });
  await waitUntil('an attempt fails', () => expect(outcomes.failed ?? 0).toBeGreaterThan(0));
  expect(running.status()[0]).toMatchObject({ isUp: true, pending: 1 });
  expect(told).toContain('problem Publish error: Not authorized');
});

test('`nightjar check` logs in to a broker and reaches for the host of a webhook, and says what fails', async () => {
  const url = `mqtt://127.0.0.1:${broker.port}`;
  await reachBroker({ url, ...login, version: 5 });
  await reachBroker({ url: `mqtt://nightjar:hunter2secret@127.0.0.1:${broker.port}`, version: 4 });
  await expect(reachBroker({ url, username: 'nightjar', password: 'no', version: 5 })).rejects.toThrow(
    'Not authorized',
  );
  await reachHost(`http://127.0.0.1:${broker.port}/token`);
  const closed = await freePort();
  await expect(reachBroker({ url: `mqtt://127.0.0.1:${closed}`, version: 5 })).rejects.toThrow('ECONNREFUSED');
  await expect(reachHost(`https://127.0.0.1:${closed}/token`)).rejects.toThrow(
    '127.0.0.1 cannot be reached (ECONNREFUSED)',
  );
});

test('over TLS, with a certificate of an authority that is not trusted, it says so', async () => {
  await broker.remove();
  const port = await freePort();
  broker = await makeMosquitto((inFolder) => tlsListener(inFolder, port).settings);
  await broker.start();
  start({ url: `mqtts://127.0.0.1:${port}` });
  await waitUntil('it is refused', () => expect(told.length).toBeGreaterThan(0));
  expect(told[0]).toMatch(/^down .*self.signed certificate/);
});

test('fifty cameras are announced, though a broker takes 20 unconfirmed messages at a time', async () => {
  const cameras = Array.from({ length: 50 }, (_value, index) => cameraOf(`camera-${index}`));
  const running = start({}, { cameras });
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  const messages = await listen();
  const isUnknown = ({ id }: { id: string }) =>
    newest(messages, `homeassistant/device/nightjar_${id}/config`) === undefined;
  await waitUntil('all are there', () => expect(cameras.filter(isUnknown)).toEqual([]));
  expect(told).toEqual([`up mqtt://127.0.0.1:${broker.port}`]);
});

test('a backlog with pictures is delivered without waiting for the kernel: 500 take far less than 40 ms each', async () => {
  await broker.stop();
  const running = start();
  for (let index = 0; index < 500; index++)
    running.announce({ event: 'opened', alert: alertOf(`a${index}`, { startAt: now() }) });
  expect(running.status()[0]?.pending).toBe(500);
  await broker.start();
  await waitUntil('it is connected', () => expect(running.status()[0]?.isUp).toBe(true));
  await waitUntil('all are delivered', () => expect(running.status()[0]?.pending).toBe(0), 12);
});
