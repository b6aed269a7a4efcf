import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { connectAsync } from 'mqtt';

import { freePort } from '../support/free-port.ts';

const withSbin = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` };
const answers = async (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });

test('a real mosquitto with the configuration of deploy/ lets in who has a password and keeps what is retained', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-broker-'));
  const port = await freePort();
  mkdirSync(path.join(folder, 'config'));
  mkdirSync(path.join(folder, 'data'));
  const configuration = readFileSync('deploy/mosquitto/mosquitto.conf', 'utf8')
    .replaceAll('/mosquitto/', `${folder}/`)
    .replace('listener 1883', `listener ${port} 127.0.0.1`);
  writeFileSync(path.join(folder, 'mosquitto.conf'), configuration);
  execFileSync('mosquitto_passwd', ['-b', '-c', path.join(folder, 'config/passwords'), 'nightjar', 'made-up']);
  // As root mosquitto gives up its rights: the user mosquitto reads and writes there.
  for (const name of ['', 'config', 'data']) chmodSync(path.join(folder, name), 0o777);
  chmodSync(path.join(folder, 'config/passwords'), 0o644);

  const start = async () => {
    const child = spawn('mosquitto', ['-c', path.join(folder, 'mosquitto.conf')], { env: withSbin, stdio: 'ignore' });
    const exited = once(child, 'exit');
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
      await sleep(50);
    }
    return async (): Promise<void> => {
      child.kill('SIGTERM');
      await exited;
    };
  };
  const url = `mqtt://127.0.0.1:${port}`;
  const asNightjar = { username: 'nightjar', password: 'made-up', reconnectPeriod: 0 };
  let stop = await start();
  try {
    await expect(connectAsync(url, { reconnectPeriod: 0 }, false)).rejects.toThrow(/not authorized/i);
    await expect(connectAsync(url, { ...asNightjar, password: 'other' }, false)).rejects.toThrow(/not authorized/i);
    const first = await connectAsync(url, asNightjar, false);
    await first.publishAsync('nightjar/state', 'online', { retain: true, qos: 1 });
    await first.endAsync();
    await stop();
    stop = await start();
    const second = await connectAsync(url, asNightjar, false);
    const received = new Promise<string>((resolve) => {
      second.on('message', (_topic, payload) => resolve(String(payload)));
    });
    await second.subscribeAsync('nightjar/#');
    expect(await received).toBe('online');
    await second.endAsync();
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
