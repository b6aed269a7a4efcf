import type { Browser, Page } from 'playwright-core';

import { openBrowser, openPage, sizes } from '../browser.ts';
import { fakeAlert } from '../fake-alerts.ts';
import { type FakeNightjar, startFakeNightjar } from '../fake-nightjar.ts';
import { waitUntil } from '../../support/wait-until.ts';

let browser: Browser;
let nightjar: FakeNightjar;
let page: Page;
let complaints: string[];

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());
const open = async (hash: string, viewport: { width: number; height: number } = sizes.desktop): Promise<void> => {
  nightjar = await startFakeNightjar();
  ({ page, complaints } = await openPage(browser, `${nightjar.url}${hash}`, { viewport }));
};
afterEach(async () => {
  await page.close();
  await nightjar.close();
});
const rows = () => page.getByTestId('alert');
const hash = (): string => new URL(page.url()).hash;

test.each(Object.entries(sizes))('on a %s the list is filtered, the filters are in the address, and a reload keeps them', async (_name, viewport) => {
  await open('#/alerts?range=7d', viewport);
  await rows().first().waitFor();
  await page.locator('summary', { hasText: 'Kinds' }).click();
  await page.getByLabel('Camera is down').check();
  await page.keyboard.press('Escape');
  await page.locator('summary', { hasText: 'Severities' }).click();
  await page.getByLabel('High', { exact: true }).check();
  await page.keyboard.press('Escape');
  await page.waitForURL(/severity=high/);
  expect(hash()).toBe('#/alerts?kind=camera-down&severity=high&range=7d');
  const expected = nightjar.state.alerts.filter(({ kind, severity, startAt }) => kind === 'camera-down' && severity === 'high' && startAt > Date.now() - 7 * 86_400_000).length; // prettier-ignore
  expect(expected).toBeGreaterThan(0);
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid="alert"]').length === count, expected);
  await page.reload();
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid="alert"]').length === count, expected);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.waitForURL((url) => url.hash === '#/alerts?range=7d');
}); // prettier-ignore

test('older alerts are loaded on request, each once', async () => {
  await open('#/alerts?range=7d');
  await rows().first().waitFor();
  expect(await rows().count()).toBe(50);
  await page.getByRole('button', { name: 'Older alerts' }).click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="alert"]').length === 100);
  const ids = await rows().evaluateAll((elements) =>
    elements.map((element) => (element as HTMLElement).dataset['alert']),
  );
  expect(new Set(ids).size).toBe(100);
});

test('a new alert appears by itself and is spoken of, unless the filters do not let it pass', async () => {
  await open('#/alerts?camera=yard');
  await rows().first().waitFor();
  nightjar.announce('opened', fakeAlert('n1', { camera: 'garage', endAt: null, startAt: Date.now() }));
  nightjar.announce('opened', fakeAlert('n2', { camera: 'yard', endAt: null, startAt: Date.now(), severity: 'high' }));
  await page.locator('[data-alert="n2"]').filter({ hasText: 'ongoing' }).waitFor();
  expect(await rows().first().getAttribute('data-alert')).toBe('n2');
  expect(await page.locator('[data-alert="n1"]').count()).toBe(0);
  await page
    .getByTestId('announcer')
    .filter({ hasText: 'New alert: Something unusual, yard, high severity' })
    .waitFor();
  await page.getByTestId('ongoing').filter({ hasText: '2' }).waitFor();
  nightjar.announce('deleted', fakeAlert('n2', { camera: 'yard' }));
  await page.locator('[data-alert="n2"]').waitFor({ state: 'detached' });
});

test('the timeline is narrowed by drawing over it, and the way back widens it', async () => {
  await open('#/alerts?range=7d');
  await page.locator('[data-testid="timeline"] rect').first().waitFor();
  const plot = (await page.locator('.timeline-plot').boundingBox())!;
  await page.mouse.move(plot.x + plot.width * 0.5, plot.y + 20);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.75, plot.y + 20, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/from=\d+&to=\d+/);
  const [, from = '', to = ''] = /from=(\d+)&to=(\d+)/.exec(hash()) ?? [];
  const hours = (Number(to) - Number(from)) / 3_600_000;
  expect(hours).toBeGreaterThan(36);
  expect(hours).toBeLessThan(48);
  await page.getByText('Back to 24 hours').waitFor();
  await page.goBack();
  await page.waitForURL((url) => url.hash === '#/alerts?range=7d');
});

test('the timeline is read and narrowed by keys', async () => {
  await open('#/alerts?range=24h');
  const slider = page.getByRole('slider', { name: /Alerts over time/ });
  await slider.focus();
  const says = async (text: RegExp): Promise<void> =>
    waitUntil(`it says ${text}`, async () => expect(await slider.getAttribute('aria-valuetext')).toMatch(text));
  await says(/^\d+ alerts$/);
  for (const key of ['End', 'Shift+ArrowLeft', 'Shift+ArrowLeft']) await page.keyboard.press(key);
  await says(/\d\d:\d\d to \d\d:\d\d: /);
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=\d+&to=\d+/);
  const [, from = '', to = ''] = /from=(\d+)&to=(\d+)/.exec(hash()) ?? [];
  expect((Number(to) - Number(from)) / 60_000).toBeCloseTo(45, 0);
});

test('an alert is found again by its day', async () => {
  await open('#/alerts');
  const day = new Date(Date.now() - 3 * 86_400_000);
  const text = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`;
  await page.getByLabel('Day').fill(text);
  await page.waitForURL(new RegExp(`day=${text}`));
  const wanted = nightjar.state.alerts.filter(({ startAt }) => new Date(startAt).toDateString() === day.toDateString());
  await page.locator(`[data-alert="${wanted[0]?.id}"]`).waitFor();
  await page.waitForFunction(
    (count) => document.querySelectorAll('[data-testid="alert"]').length === count,
    wanted.length,
  );
});

test('an alert is judged in the list and on its page, and the verdict is taken back', async () => {
  await open('#/alerts');
  const first = rows().first();
  const id = await first.getAttribute('data-alert');
  const verdict = () => nightjar.state.alerts.find((alert) => alert.id === id)?.verdict;
  await first.getByRole('button', { name: 'This was normal', pressed: false }).click();
  await first.getByRole('button', { name: 'This was normal', pressed: true }).waitFor();
  await waitUntil('it is recorded', () => expect(verdict()).toBe('normal'));
  await first.getByRole('heading').getByRole('link').click();
  await page.getByRole('heading', { name: 'What was it?' }).waitFor();
  await page.getByRole('button', { name: 'This was real' }).click();
  await page.getByRole('button', { name: 'This was real', pressed: true }).waitFor();
  await waitUntil('it is recorded', () => expect(verdict()).toBe('real'));
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'This was real', pressed: false }).waitFor();
  await waitUntil('it is taken back', () => expect(verdict()).toBeNull());
});

test.each(Object.entries(sizes))('on a %s an alert shows its picture, heat map, clip and scores, and leads to those beside it', async (_name, viewport) => {
  await open('#/', viewport);
  const [startAt, hour] = [Date.now() - 60_000, 3_600_000];
  nightjar.announce('opened', fakeAlert('x1', { startAt }));
  nightjar.announce('opened', fakeAlert('x2', { startAt: startAt - 5 * hour, hasClip: false, kind: 'scene-change' }));
  nightjar.state.alerts = nightjar.state.alerts.filter(({ id }) => id.startsWith('x'));
  await page.goto(`${nightjar.url}#/alerts/x1?camera=front-door`);
  await page.getByRole('heading', { name: 'Something unusual at front-door' }).waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.alert-picture img')?.naturalWidth === 320);
  await page.getByTestId('alert-heat').waitFor();
  await page.getByLabel('Heat map', { exact: true }).uncheck();
  await page.getByTestId('alert-heat').waitFor({ state: 'detached' });
  await page.getByTestId('score-chart').locator('canvas').waitFor();
  const clip = page.getByTestId('clip');
  await clip.evaluate(async (video) => (video as HTMLVideoElement).play());
  await page.waitForFunction(() => (document.querySelector('[data-testid="clip"]') as HTMLVideoElement).currentTime > 0);
  expect(await clip.evaluate((video) => (video as HTMLVideoElement).muted)).toBe(true);
  expect(complaints).toEqual([]);
  await page.getByRole('link', { name: 'Earlier' }).click();
  await page.getByRole('heading', { name: 'The scene changed at front-door' }).waitFor();
  await page.getByText('There is no clip of this alert.').waitFor();
  await page.getByTestId('alert-heat').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Later' }).click();
  await page.getByRole('heading', { name: 'Something unusual at front-door' }).waitFor();
  expect(hash()).toBe('#/alerts/x1?camera=front-door');
}); // prettier-ignore

test('an alert of a camera that is down shows the last picture before, and when that was', async () => {
  const startAt = new Date(2026, 2, 3, 14, 3, 20).getTime();
  const kind = 'camera-down';
  await open('#/');
  nightjar.state.alerts = [
    fakeAlert('seen', { startAt, kind, snapshotAt: startAt - 8000 }),
    fakeAlert('never-seen', { startAt: startAt - 60_000, kind, snapshot: '', snapshotAt: null }),
  ];
  await page.goto(`${nightjar.url}#/alerts/seen`);
  await page.waitForFunction(
    () => document.querySelector<HTMLImageElement>('.alert-picture img')?.naturalWidth === 320,
  );
  await page.getByText('The last picture before, of Tue, Mar 3, 2026, 14:03:12').waitFor();
  await page.goto(`${nightjar.url}#/alerts/never-seen`);
  await page.getByRole('img', { name: 'no picture' }).waitFor();
  expect(await page.getByText('The last picture before').count()).toBe(0);
});

test('an alert is shared by its link, exported, and deleted after a question', async () => {
  await open('#/alerts/h2');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Share link' }).click();
  await page.getByRole('button', { name: 'Link copied' }).waitFor();
  expect(await page.evaluate(async () => navigator.clipboard.readText())).toBe(`${nightjar.url}#/alerts/h2`);
  expect(await page.getByRole('link', { name: 'Export' }).getAttribute('href')).toBe('api/alerts/h2/export.zip');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'Alerts' }).waitFor();
  expect(nightjar.state.alerts.some(({ id }) => id === 'h2')).toBe(false);
});

test('an alert that is deleted elsewhere is not shown as if it were there', async () => {
  await open('#/alerts/h2');
  await page.getByRole('heading', { name: 'What was it?' }).waitFor();
  nightjar.announce(
    'deleted',
    nightjar.state.alerts.find(({ id }) => id === 'h2')!,
  );
  await page.getByText('This alert was deleted.').waitFor();
});

test('all that the filters let pass is exported, and deleted after a question; nothing else', async () => {
  await open('#/alerts?camera=yard&range=7d');
  await rows().first().waitFor();
  expect(await page.getByRole('link', { name: 'Export these' }).getAttribute('href')).toMatch(
    /^api\/alerts\/export\.zip\?camera=yard&from=\d+$/,
  );
  const week = Date.now() - 7 * 86_400_000;
  const before = nightjar.state.alerts.length;
  const meant = nightjar.state.alerts.filter(({ camera, startAt }) => camera === 'yard' && startAt >= week).length;
  await page.getByRole('button', { name: 'Delete these' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No alerts here.').waitFor();
  expect(nightjar.state.alerts).toHaveLength(before - meant);
});
