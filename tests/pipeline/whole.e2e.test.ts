import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { launchChromium } from '../support/chromium.ts';

// The product as a user has it: the command line, a camera over real RTSP, learning, the page in a real browser.
jest.setTimeout(240_000);

let folder: string;
let browser: Browser;
let nightjar: ChildProcess | undefined;
let output = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-whole-'));
  browser = await launchChromium();
  // Normal life while it learns, then the lens is covered for 5 of every 10 seconds. A second camera does not exist.
  await writeFile(
    path.join(folder, 'pipeline.yaml'),
    `
cameras:
  - { id: walkway, url: "simulator://walkway?seed=3&width=320&height=180&fps=8&first=100&every=10&seconds=5&kinds=covered" }
  - { id: missing, url: "rtsp://admin:\${CAMERA_PASSWORD}@127.0.0.1:9/live" }
defaults: { size: 128x72, fps: 8 }
learning: { minutes: 0.4, maxMinutes: 0.4, validationShare: 0.4 }
alerts: { falseAlarmsPerDay: 100 }
server: { port: 0 }
`,
  );
});
afterAll(async () => {
  nightjar?.kill('SIGKILL');
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts `nightjar run` and resolves with the page's address. */
const start = async (): Promise<string> => {
  const args = ['bin/nightjar.js', 'run', path.join(folder, 'pipeline.yaml'), '--json'];
  const env = { ...process.env, CAMERA_PASSWORD: 'hunter2secret' };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  nightjar = child;
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /"url":"(http[^"]+)","msg":"open for business"/.exec(output.slice(-2000))?.[1];
      if (url) resolve(url.replace('127.0.0.1', 'localhost'));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`nightjar ended with ${code}: ${output}`)));
  });
};

const ffmpegChildren = (parent: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return stat.includes('(ffmpeg)') && Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        return false;
      }
    })
    .map(Number);

const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const pictureOf = async (page: Page, id: string): Promise<string> =>
  page.getByTestId(id).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const until = async (what: string, isSo: () => boolean | Promise<boolean>, seconds = 20): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; !(await isSo());) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const expectMoving = async (page: Page, id: string): Promise<void> => {
  const before = await pictureOf(page, id);
  await until(`${id} moves`, async () => (await pictureOf(page, id)) !== before);
};

test('learns from a camera by itself, shows it moving, and announces what it never saw before', async () => {
  const url = await start();
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByTestId('camera-walkway').waitFor();
  await expectMoving(page, 'raw-walkway');
  await page.getByRole('button', { name: 'Denoised', exact: true }).click();
  await page.getByTestId('denoised-walkway').waitFor();
  await expectMoving(page, 'denoised-walkway');
  await page.getByTestId('alert').filter({ hasText: 'walkway' }).first().waitFor({ timeout: 180_000 });

  const alerts = (await (await fetch(new URL('/api/alerts?camera=walkway', url))).json()) as {
    id: string;
    camera: string;
    kind: string;
  }[];
  expect(alerts[0]?.camera).toBe('walkway');
  // The lens is covered: another scene, and the hand that comes and goes is an anomaly. Whichever was last is first here.
  expect(['camera-covered', 'anomaly']).toContain(alerts[0]?.kind);
  const snapshot = await fetch(new URL(`/api/alerts/${alerts[0]?.id}/snapshot.jpg`, url));
  expect(Buffer.from(await snapshot.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  await page.close();
});

test('a camera that does not answer harms no other, and says why', async () => {
  const [url] = /http:\/\/localhost:\d+/.exec(output) ?? [];
  const cameras = (await (await fetch(`${url}/api/cameras`)).json()) as { id: string; state: string; cause?: string }[];
  expect(cameras).toMatchObject([
    { id: 'walkway', state: 'live', hasModel: true },
    { id: 'missing', state: 'failed', cause: 'refused' },
  ]);
  const down = (await (await fetch(`${url}/api/alerts?camera=missing`)).json()) as object[];
  expect(down).toMatchObject([{ kind: 'camera-down', severity: 'high', endAt: null }]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/nightjar_camera_up\{camera="walkway"\} 1/);
  expect(metrics).toMatch(/nightjar_camera_reconnects_total\{camera="missing",cause="refused"\} [1-9]/);
  expect(output + metrics + JSON.stringify(cameras)).not.toContain('hunter2secret');
});

test('killed with -9 it leaves no ffmpeg behind, and what was announced is there after a restart', async () => {
  const children = ffmpegChildren(nightjar?.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  nightjar?.kill('SIGKILL');
  await until('its ffmpeg children end', () => !children.some(isRunning));

  const announced = [...output.matchAll(/"alert":"([0-9a-f-]+)"/g)].map(([, id]) => id);
  output = '';
  const url = await start();
  const alerts = (await (await fetch(`${url}/api/alerts`)).json()) as { id: string; camera: string; kind: string }[];
  expect(alerts.map(({ id }) => id)).toEqual(expect.arrayContaining(announced));
  expect(announced.length).toBeGreaterThan(0);
  // The model was kept: the camera is live without learning again.
  await until('the camera is live', () => /"camera":"walkway".*"connected"/.test(output));
  expect(output).not.toContain('model learned');
});

test('ends in good order on Ctrl-C, with nothing left running', async () => {
  const children = ffmpegChildren(nightjar?.pid ?? 0);
  const exit = once(nightjar as ChildProcess, 'exit');
  nightjar?.kill('SIGINT');
  expect((await exit)[0]).toBe(0);
  await until('its ffmpeg children end', () => !children.some(isRunning));
});
