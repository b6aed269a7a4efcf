import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { connectAsync } from 'mqtt';

import { freePort } from './free-port.ts';

/** A real broker in a process of its own, that keeps sessions and retained messages over a restart. */
export interface Mosquitto {
  readonly port: number;
  start(): Promise<void>;
  /** In good order, as an operator restarts it. */
  stop(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** Lines of mosquitto.conf may be added; not started yet. */
export const makeMosquitto = async (settings: (folder: string) => string = () => 'allow_anonymous true') => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-mosquitto-'));
  // As root it gives up its rights: the user mosquitto writes there.
  chmodSync(folder, 0o777);
  const port = await freePort();
  const file = path.join(folder, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\npersistence true\npersistence_location ${folder}/\nmax_queued_messages 1000000\n${settings(folder)}\n`,
  );
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
    child = undefined;
  };
  const broker: Mosquitto = {
    port,
    start: async () => {
      const started = spawn('mosquitto', ['-c', file], {
        stdio: 'ignore',
        env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
      });
      child = started;
      while (!(await answers(port))) {
        if (started.exitCode !== null) throw new Error(`mosquitto ended with ${started.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return broker;
};

/** Settings of a listener with TLS, its certificate made out for 127.0.0.1 and signed by nobody but itself. */
export const tlsListener = (folder: string, port: number): { settings: string; certificate: string } => {
  const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-nodes'];
  spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', certificate, ...subject]);
  chmodSync(key, 0o644);
  return {
    settings: `allow_anonymous true\nlistener ${port} 127.0.0.1\ncertfile ${certificate}\nkeyfile ${key}`,
    certificate,
  };
};

/**
 * Counts how often each notification of a Nightjar arrived, by its id, in a session that the broker keeps over a restart: Home
 * Assistant's place.
 */
export const countNotifications = async (
  port: number,
): Promise<{ received: ReadonlyMap<string, number>; end: () => Promise<void> }> => {
  const received = new Map<string, number>();
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'listener',
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 200,
    resubscribe: false,
  });
  client.on('message', (_topic, payload) => {
    const { notificationId } = JSON.parse(payload.toString()) as { notificationId: string };
    received.set(notificationId, (received.get(notificationId) ?? 0) + 1);
  });
  await client.subscribeAsync('nightjar/+/event', { qos: 1 });
  return { received, end: async () => client.endAsync(true) };
};

const answers = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
