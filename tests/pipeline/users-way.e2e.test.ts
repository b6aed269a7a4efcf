import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import { parseSimulatorUrl, startSimulator } from '../../src/simulate/simulator.ts';
import type { Simulator } from '../../src/simulate/simulator.ts';
import { openBrowser, openPage, overflow, seriousFindings, sizes } from '../dashboard/browser.ts';
import { rtspLogin, startRtspServer } from '../support/rtsp-server.ts';
import type { RtspServer } from '../support/rtsp-server.ts';
import { runNightjar } from '../support/run-nightjar.ts';
import type { RunningNightjar } from '../support/run-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

// A user's whole way through the page, with everything real: from an empty pipeline file to an alert that is found again.
jest.setTimeout(400_000);

let folder: string;
let pipeline: string;
let nightjar: RunningNightjar;
let browser: Browser;
let page: Page;
let complaints: string[];
/** What the server answered with an error. */
const missing: string[] = [];
let locked: RtspServer;
let street: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-way-'));
  pipeline = path.join(folder, 'site.yaml');
  await writeFile(
    pipeline,
    `# My site
cameras: []
defaults: { size: 128x72, fps: 8 }
learning: { minutes: 0.4, maxMinutes: 0.4, validationShare: 0.4 }
alerts: { falseAlarmsPerDay: 100, clips: { preRollSeconds: 2, postRollSeconds: 1 } }
server: { port: 0 }
`,
  );
  browser = await openBrowser();
  locked = await startRtspServer({ auth: 'digest' });
  // Normal life while it learns, then the lens is covered for 5 of every 15 seconds.
  street = await startSimulator({
    ...parseSimulatorUrl(
      'simulator://walkway?seed=3&width=320&height=180&fps=8&first=150&every=15&seconds=5&kinds=covered',
    ),
    ffmpeg: (await findFfmpeg()).path,
  });
  nightjar = await runNightjar(pipeline);
  ({ page, complaints } = await openPage(browser, nightjar.url));
  page.on('response', (response) => response.status() >= 400 && missing.push(response.url()));
});
afterAll(async () => {
  await nightjar.kill();
  await browser.close();
  await street.close();
  await locked.stop();
  await rm(folder, { recursive: true, force: true });
});

const goTo = async (hash: string): Promise<void> => void (await page.goto(`${nightjar.url}/${hash}`));

test('begins with no camera, and a wrong password is told as such', async () => {
  await page.getByText('No camera yet.').waitFor();
  await page.getByRole('link', { name: 'Add a camera' }).click();
  const address = page.getByLabel('Address of the camera');
  await address.fill(`rtsp://${rtspLogin.user}:guessed@127.0.0.1:${locked.port}/pattern`);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByTestId('probe').filter({ hasText: 'unauthorized' }).waitFor({ timeout: 30_000 });
  expect(await page.getByTestId('probe').innerText()).not.toContain('guessed');
});

test('a camera that answers shows its picture, and is written into the file', async () => {
  await page.getByLabel('Address of the camera').fill(street.url);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByAltText('What the camera sees now').waitFor({ timeout: 30_000 });
  await page.getByLabel('Name', { exact: true }).fill('street');
  await page.getByRole('button', { name: 'Add the camera' }).click();
  await page.getByRole('heading', { name: 'street' }).waitFor();
  expect(readFileSync(pipeline, 'utf8')).toContain(`# My site\ncameras:\n  - `);
  expect(readFileSync(pipeline, 'utf8')).toContain(street.url);
});

test('it learns, with its progress in sight, and then scores', async () => {
  await page.getByRole('progressbar').first().waitFor();
  await page.getByRole('progressbar').first().waitFor({ state: 'detached', timeout: 150_000 });
  const status = async (): Promise<unknown> => (await fetch(new URL('/api/cameras/street', nightjar.url))).json();
  await waitUntil('it is live', async () => expect(await status()).toMatchObject({ state: 'live', hasModel: true }));
});

test('an alert appears by itself, with its picture, its scores and a clip that plays', async () => {
  await goTo('#/');
  await page
    .getByRole('heading', { name: /unusual right now/ })
    .filter({ hasText: /[1-9]/ })
    .waitFor({ timeout: 150_000 });
  await goTo('#/alerts');
  await page.getByTestId('alert').first().getByRole('heading').getByRole('link').click();
  await page.getByRole('heading', { name: /at street$/ }).waitFor();
  const video = page.locator('video');
  await video.waitFor({ timeout: 90_000 });
  const duration = await video.evaluate(
    async (element) =>
      new Promise<number>((resolve, reject) => {
        const clip = element as HTMLVideoElement;
        clip.addEventListener('timeupdate', () => clip.currentTime > 0.5 && resolve(clip.duration));
        clip.addEventListener('error', () => reject(new Error(clip.error?.message ?? 'the clip does not play')));
        void clip.play();
      }),
  );
  expect(duration).toBeGreaterThan(2);
  expect(await seriousFindings(page)).toEqual([]);
});

test('it is judged normal, and found again by its date on a telephone', async () => {
  await page.getByRole('button', { name: 'This was normal', pressed: false }).click();
  await page.getByRole('button', { name: 'This was normal', pressed: true }).waitFor();
  await page.setViewportSize(sizes.telephone);
  await goTo('#/alerts');
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  await page.getByLabel('Day').fill(day.join('-'));
  await page.getByLabel('Verdict').selectOption('normal');
  await page.getByTestId('alert').filter({ hasText: 'was normal' }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="alert"]').length === 1);
  expect(await seriousFindings(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await page.getByLabel('Day').fill('2020-01-01');
  await page.getByTestId('alert').first().waitFor({ state: 'detached' });
});

test('the browser complained of nothing but pictures that alerts need not have', () => {
  expect(missing.filter((url) => !/\/api\/alerts\/[^/]+\/heatmap(\?|$)/.test(url))).toEqual([]);
  expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
});
