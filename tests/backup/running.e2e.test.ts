import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

let folder: string;
let file: string;
let archive: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-running-'));
  file = path.join(folder, 'home.yaml');
  archive = path.join(folder, 'backup.tar.gz');
  writeFileSync(
    file,
    [
      'cameras: [{ id: yard, url: "simulator://walkway?width=128&height=72&fps=10&schedule=none" }]',
      'defaults: { size: 32x16, fps: 10, tasks: [anomaly] }',
      'learning: { automatic: false }',
      'server: { port: 0 }',
    ].join('\n'),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
const nightjar = async (...args: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['bin/nightjar.js', ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

/** A Nightjar that watches the camera. */
const run = async () => {
  const child = spawn(process.execPath, ['bin/nightjar.js', 'run', file, '--json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const connected = new Promise<string>((resolve, reject) => {
    let url = '';
    createInterface(child.stderr).on('line', (line) => {
      const { msg, url: found = url } = JSON.parse(line) as { msg: string; url?: string };
      url = found;
      if (msg === 'connected') resolve(url);
    });
    void exited.then(() => reject(new Error('nightjar run ended')));
  });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url: await connected.catch(async (error: unknown) => (await kill(), Promise.reject(error as Error))), kill };
};

test('a running Nightjar is backed up, but nothing is restored over it and no other runs beside it, until it is killed', async () => {
  const running = await run();
  try {
    const backup = await nightjar('backup', file, archive);
    expect(backup).toMatchObject({ code: 0, stderr: '' });
    const restore = await nightjar('restore', archive, file, '--force', '--json');
    expect(restore.code).toBe(1);
    expect(JSON.parse(restore.stderr)).toMatchObject({ error: 'StoreError', code: 'in-use' });
    const second = await nightjar('run', file);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('another Nightjar works on this storage folder; stop it first');
  } finally {
    await running.kill();
  }
  rmSync(path.join(folder, 'nightjar-data'), { recursive: true });
  expect(await nightjar('restore', archive, file, '--force')).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(path.join(folder, 'nightjar-data/home/alerts/alerts.db'))).toBe(true);
  const again = await run();
  await again.kill();
});

test('promtool finds nothing wrong with the metrics of a running Nightjar', async () => {
  const { url, kill } = await run();
  try {
    const input = await (await fetch(`${url}/metrics`)).text();
    expect(input).toContain('nightjar_camera_up{camera="yard"} 1');
    expect(input).toContain('nightjar_alerts_total{camera="yard",kind="anomaly"} 0');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
  } finally {
    await kill();
  }
});
