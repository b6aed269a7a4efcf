import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { ffmpegChildren, isRunning } from '../support/child-processes.ts';
import { launchChromium } from '../support/chromium.ts';
import { runNightjar } from '../support/run-nightjar.ts';
import type { RunningNightjar } from '../support/run-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

// The product as a user has it: the command line, a camera over real RTSP, learning, the page in a real browser.
jest.setTimeout(240_000);

let folder: string;
let browser: Browser;
let nightjar: RunningNightjar;

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
  await nightjar.kill();
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async (): Promise<void> => {
  nightjar = await runNightjar(path.join(folder, 'pipeline.yaml'), { CAMERA_PASSWORD: 'hunter2secret' });
};
const untilGone = async (processes: readonly number[]): Promise<void> =>
  waitUntil('no ffmpeg runs', () => expect(processes.filter(isRunning)).toEqual([]));

const pictureOf = async (page: Page, id: string): Promise<string> =>
  page.getByTestId(id).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const expectMoving = async (page: Page, id: string): Promise<void> => {
  const before = await pictureOf(page, id);
  await waitUntil(`${id} moves`, async () => expect(await pictureOf(page, id)).not.toBe(before));
};

test('learns from a camera by itself, shows it moving, and announces what it never saw before', async () => {
  await start();
  const page = await browser.newPage();
  await page.goto(nightjar.url.replace('127.0.0.1', 'localhost'));
  await page.getByTestId('camera-walkway').waitFor();
  await expectMoving(page, 'raw-walkway');
  await page.getByRole('button', { name: 'Denoised', exact: true }).click();
  await page.getByTestId('denoised-walkway').waitFor();
  await expectMoving(page, 'denoised-walkway');
  await page.getByTestId('alert').filter({ hasText: 'walkway' }).first().waitFor({ timeout: 180_000 });

  const alerts = (await (await fetch(new URL('/api/alerts?camera=walkway', nightjar.url))).json()) as {
    id: string;
    camera: string;
    kind: string;
  }[];
  expect(alerts[0]?.camera).toBe('walkway');
  // The lens is covered: another scene, and the hand that comes and goes is an anomaly. Whichever was last is first here.
  expect(['camera-covered', 'anomaly']).toContain(alerts[0]?.kind);
  const snapshot = await fetch(new URL(`/api/alerts/${alerts[0]?.id}/snapshot.jpg`, nightjar.url));
  expect(Buffer.from(await snapshot.arrayBuffer()).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
  await page.close();
});

test('a camera that does not answer harms no other, and says why', async () => {
  const { url, output } = nightjar;
  let cameras: unknown;
  await waitUntil('one is live', async () => {
    cameras = await (await fetch(`${url}/api/cameras`)).json();
    expect(cameras).toMatchObject([
      { id: 'walkway', state: 'live', hasModel: true },
      { id: 'missing', state: 'failed', cause: 'refused' },
    ]);
  });
  const down = (await (await fetch(`${url}/api/alerts?camera=missing`)).json()) as object[];
  expect(down).toMatchObject([{ kind: 'camera-down', severity: 'high', endAt: null }]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/nightjar_camera_up\{camera="walkway"\} 1/);
  expect(metrics).toMatch(/nightjar_camera_reconnects_total\{camera="missing",cause="refused"\} [1-9]/);
  expect(output() + metrics + JSON.stringify(cameras)).not.toContain('hunter2secret');
});

test('killed with -9 it leaves no ffmpeg behind, and what was announced is there after a restart', async () => {
  const children = ffmpegChildren(nightjar.pid);
  expect(children.length).toBeGreaterThan(0);
  await nightjar.kill();
  await untilGone(children);

  const announced = [...nightjar.output().matchAll(/"alert":"([0-9a-f-]+)"/g)].map(([, id]) => id);
  await start();
  const { url, output } = nightjar;
  const alerts = (await (await fetch(`${url}/api/alerts`)).json()) as { id: string; camera: string; kind: string }[];
  expect(alerts.map(({ id }) => id)).toEqual(expect.arrayContaining(announced));
  expect(announced.length).toBeGreaterThan(0);
  // The model was kept: the camera is live without learning again.
  await waitUntil('the camera is live', () => expect(output()).toMatch(/"camera":"walkway".*"connected"/));
  expect(output()).not.toContain('model learned');
});

test('ends in good order on Ctrl-C, with nothing left running', async () => {
  const children = ffmpegChildren(nightjar.pid);
  expect(await nightjar.kill('SIGINT')).toBe(0);
  await untilGone(children);
});
