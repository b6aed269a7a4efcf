import jpeg from '@julusian/jpeg-turbo';
import type { Browser, Page } from 'playwright-core';
import { startSynthetic } from '../server/synthetic-feed.ts';
import { alertOf } from '../support/alert-of.ts';
import { cameraOf } from '../support/camera-of.ts';
import { openBrowser, openPage } from './browser.ts';
import { scenePicture, scenePrediction } from './synthetic-scene.ts';
import { waitUntil } from '../support/wait-until.ts';

const size = { width: 320, height: 180 };
const snapshot = jpeg.compressSync(Buffer.from(scenePrediction('door', 5, 1.8).frame.data), {
  ...size,
  format: jpeg.FORMAT_RGB,
  subsampling: jpeg.SAMP_420,
});
let browser: Browser;
let page: Page;
let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
let complaints: string[];
let sequence: number;
let running: NodeJS.Timeout;
let isColorized: boolean;

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());

const start = (port = 0) =>
  startSynthetic({ port, metricsIntervalMs: 300 }, [
    cameraOf('door', size),
    cameraOf('yard', { ...size, state: 'failed', cause: 'unauthorized', message: 'The camera refuses the password.' }),
    cameraOf('shed', {
      ...size,
      state: 'learning',
      hasModel: false,
      working: ['anomaly'],
      learning: { stage: 'training', fraction: 0.42, secondsLeft: 200 },
    }),
  ]);

beforeEach(async () => {
  synthetic = await start();
  synthetic.feed.snapshot('a1.jpg', snapshot);
  sequence = 0;
  isColorized = false;
  running = setInterval(() => {
    synthetic.feed.metrics.framesDecoded.inc({ camera: 'door' });
    synthetic.feed.metrics.stageSeconds.observe({ stage: 'end_to_end' }, 0.045);
    const picture = scenePicture('door', sequence);
    const prediction = scenePrediction('door', sequence++, 0.4);
    synthetic.feed.predictions$.next({ ...prediction, ...(isColorized && { colorized: picture.denoised }) });
    synthetic.feed.pictures$.next(picture);
  }, 100);
  ({ page, complaints } = await openPage(browser, `http://127.0.0.1:${synthetic.server.port}/`));
});
afterEach(async () => {
  clearInterval(running);
  await page.close();
  await synthetic.close();
});

const fingerprint = (id: string): Promise<string> =>
  page.getByTestId(id).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const changes = async (id: string): Promise<void> => {
  const before = await fingerprint(id);
  await page.waitForFunction(
    ([id, before]) => {
      const canvas = document.querySelector(`[data-testid="${id}"]`) as HTMLCanvasElement;
      return canvas.toDataURL() !== before;
    },
    [id, before] as const,
  );
};
const shows = async (text: string, testId: string): Promise<void> => {
  await page.getByTestId(testId).filter({ hasText: text }).waitFor();
};

/** A server may lack what is newer than it; the page asks, and goes without. */
const faults = (): string[] => complaints.filter((text) => !text.includes('404'));
const button = (name: string) => page.getByRole('button', { name, exact: true });

test('shows moving pictures, raw or denoised, the heat map and the score, without a complaint from the browser', async () => {
  await page.waitForSelector('[data-testid="raw-door"][data-sequence]');
  for (const canvas of ['raw-door', 'heatmap-door']) await changes(canvas);
  const [width, height] = await page
    .getByTestId('raw-door')
    .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
  expect([width, height]).toEqual([320, 180]);
  await shows('0.40', 'camera-door');
  await shows('Connected', 'connection');
  await button('Denoised').click();
  await page.waitForSelector('[data-testid="denoised-door"][data-sequence]');
  await changes('denoised-door');
  await page.getByLabel('Heat map', { exact: true }).uncheck();
  await page.getByTestId('heatmap-door').waitFor({ state: 'detached' });
  expect(faults()).toEqual([]);
});

test('a coloured picture appears while there is one, with the word that its colours are synthetic', async () => {
  await button('Colours').click();
  await page.getByTestId('denoised-door').waitFor();
  isColorized = true;
  await changes('colorized-door');
  await shows('Synthetic colours', 'camera-door');
  isColorized = false;
  await page.getByTestId('denoised-door').waitFor();
});

test('shows why a camera fails and how far another has learned', async () => {
  await shows('unauthorized', 'camera-yard');
  await shows('The camera refuses the password.', 'camera-yard');
  await shows('Learning what is normal: 42 %, about 3 min 20 s left', 'camera-shed');
  // Its anomaly model works while the other one is being learned.
  expect(await page.getByTestId('camera-shed').getByRole('meter').isVisible()).toBe(true);
  expect(await page.getByTestId('camera-shed').getByRole('progressbar').getAttribute('value')).toBe('0.42');
  synthetic.feed.status$.next(cameraOf('yard', size));
  await shows('Live', 'camera-yard');
});

test('an alert arrives live with its picture, goes on, ends, and opens by keyboard', async () => {
  await shows('Connected', 'connection');
  await shows('1', 'ongoing');
  synthetic.feed.snapshot('a2.jpg', snapshot);
  const opened = alertOf('a2', { camera: 'door', startAt: Date.now(), peakAt: Date.now(), peakScore: 2.31 });
  synthetic.feed.recorded.unshift(opened);
  synthetic.feed.alerts$.next({ event: 'opened', alert: opened });
  const tile = page.locator('[data-alert="a2"]');
  await tile.filter({ hasText: '2.31' }).filter({ hasText: 'just now' }).filter({ hasText: 'ongoing' }).waitFor();
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('[data-alert="a2"] img')?.naturalWidth === 320,
  );
  await shows('2 ongoing', 'ongoing');
  await shows('Unusual now', 'camera-door');
  await page.getByRole('heading', { name: '2 unusual right now' }).waitFor();

  synthetic.feed.alerts$.next({ event: 'closed', alert: { ...opened, endAt: opened.startAt + 8000 } });
  await tile.filter({ hasText: 'lasted 8 s' }).waitFor();

  await tile.getByRole('link').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Something unusual at door' }).waitFor();
  await page.getByText('2.31').waitFor();
});

test('an alert is judged by keyboard, for every viewer, and the verdict is taken back', async () => {
  const { page: other } = await openPage(browser, `${page.url()}#/alerts`);
  await page.goto(`${page.url()}#/alerts`);
  const button = (viewer: Page, name: string, pressed: boolean) =>
    viewer.getByTestId('alert').getByRole('button', { name, pressed });
  await button(other, 'This was normal', false).waitFor();
  await button(page, 'This was normal', false).focus();
  await page.keyboard.press('Enter');
  await button(page, 'This was normal', true).waitFor();
  await button(other, 'This was normal', true).waitFor();
  await button(other, 'This was real', false).click();
  await button(page, 'This was real', true).waitFor();
  await button(page, 'This was normal', false).waitFor();
  expect(synthetic.feed.recorded[0]?.verdict).toBe('real');
  // The button that was pressed by keyboard is still the one with the focus.
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await button(page, 'This was real', false).waitFor();
  await button(other, 'This was real', false).waitFor();
  expect(synthetic.feed.recorded[0]?.verdict).toBeNull();
  await other.close();
  expect(faults()).toEqual([]);
});

test('a verdict that cannot be recorded is not shown as if it were', async () => {
  await page.goto(`${page.url()}#/alerts`);
  await page.getByTestId('alert').waitFor();
  synthetic.feed.recorded.length = 0;
  await page.getByRole('button', { name: 'This was real' }).click();
  await shows('Nightjar could not record that. Try again.', 'alert');
  await page.getByRole('button', { name: 'This was real', pressed: false }).waitFor();
});

test('names a change of the scene as such, without a score', async () => {
  await shows('Connected', 'connection');
  await page.getByTestId('alert').waitFor();
  synthetic.feed.snapshot('a3.jpg', snapshot);
  const changed = alertOf('a3', { camera: 'yard', kind: 'scene-change', startAt: Date.now(), peakScore: 1 });
  synthetic.feed.recorded.unshift(changed);
  synthetic.feed.alerts$.next({ event: 'opened', alert: changed });
  const tile = page.locator('[data-alert="a3"]').filter({ hasText: 'The scene changed' });
  await tile.waitFor();
  expect(await tile.getByText('peak').count()).toBe(0);
  await tile.getByRole('link').click();
  await page.getByRole('heading', { name: 'The scene changed at yard' }).waitFor();
  expect(await page.getByText('Peak').count()).toBe(0);
});

test('comes back by itself when the server does', async () => {
  await shows('Connected', 'connection');
  const { port } = synthetic.server;
  await synthetic.close();
  await shows('Connection lost', 'connection');
  synthetic = await start(port);
  await shows('Connected', 'connection');
  await changes('raw-door');
});

test('sums up the metrics of the last seconds', async () => {
  const summary = page.getByTestId('summary');
  await summary
    .filter({ hasText: /frames\/s\s*[1-9]/ })
    .filter({ hasText: /49 ms/ })
    .waitFor();
  expect(faults()).toEqual([]);
});

test('asks for pictures only of the cameras on the screen', async () => {
  await page.waitForSelector('[data-testid="raw-door"][data-sequence]');
  await page.setViewportSize({ width: 360, height: 300 });
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const score = page.getByTestId('camera-door');
  await score.filter({ hasText: '0.40' }).waitFor();
  const { predictions$, pictures$ } = synthetic.feed;
  clearInterval(running);
  await page.waitForFunction(
    () => (document.querySelector('[data-testid="camera-door"]')?.getBoundingClientRect().bottom ?? 0) < 0,
  );
  await waitUntil('nobody asks for its pictures', () => expect(synthetic.feed.demand.wants('door', 'raw')).toBe(false));
  const before = await fingerprint('raw-door');
  pictures$.next(scenePicture('door', sequence));
  predictions$.next(scenePrediction('door', sequence++, 0.77));
  await score.filter({ hasText: '0.77' }).waitFor();
  expect(await fingerprint('raw-door')).toBe(before);
});

test('fits a telephone 360 pixels wide', async () => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.waitForSelector('[data-testid="raw-door"][data-sequence]');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
