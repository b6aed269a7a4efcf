import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { nightjar, runNightjar } from '../support/run-nightjar.ts';
import type { RunningNightjar } from '../support/run-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

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
let running: RunningNightjar | undefined;
afterEach(async () => {
  await running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a Nightjar that watches the camera. */
const run = async (env?: NodeJS.ProcessEnv): Promise<RunningNightjar> => {
  const { output } = (running = await runNightjar(file, env));
  await waitUntil('the camera is there', () => expect(output()).toContain('"msg":"connected"'));
  return running;
};

test('a running Nightjar is backed up, but nothing is restored over it and no other runs beside it, until it is killed', async () => {
  const first = await run();
  const backup = await nightjar(['backup', file, archive]);
  expect(backup).toMatchObject({ code: 0, stderr: '' });
  const restore = await nightjar(['restore', archive, file, '--force', '--json']);
  expect(restore.code).toBe(1);
  expect(JSON.parse(restore.stderr)).toMatchObject({ error: 'StoreError', code: 'in-use' });
  const second = await nightjar(['run', file]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('another Nightjar works on this storage folder; stop it first');
  await first.kill();
  rmSync(path.join(folder, 'nightjar-data'), { recursive: true });
  expect(await nightjar(['restore', archive, file, '--force'])).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(path.join(folder, 'nightjar-data/home/alerts/alerts.db'))).toBe(true);
  await run();
});

test('promtool finds nothing wrong with the metrics of a running Nightjar', async () => {
  const { url } = await run();
  const input = await (await fetch(`${url}/metrics`)).text();
  expect(input).toContain('nightjar_camera_up{camera="yard"} 1');
  expect(input).toContain('nightjar_alerts_total{camera="yard",kind="anomaly"} 0');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: '' });
});

test('ONNX Runtime makes no reports: it keeps no id of this computer, and no file beside it', async () => {
  const home = path.join(folder, 'home');
  mkdirSync(home);
  // It makes none where it believes to be in a CI either.
  await run({ HOME: home, TMPDIR: home, XDG_CACHE_HOME: undefined, ORT_DISABLE_TELEMETRY: undefined, CI: undefined });
  expect(readdirSync(home)).toEqual([]);
});
