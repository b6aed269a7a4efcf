import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

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

const answers = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
