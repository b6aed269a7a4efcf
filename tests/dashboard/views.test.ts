import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

import type { Browser } from 'playwright-core';

import { openBrowser, openPage, overflow, seriousFindings, sizes } from './browser.ts';
import { builtPage } from './built-page.ts';
import { fakeAlert } from './fake-alerts.ts';
import { type FakeNightjar, startFakeNightjar } from './fake-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

let browser: Browser;
let nightjar: FakeNightjar;

beforeAll(async () => {
  browser = await openBrowser();
  const dead = [
    { id: 1, notifier: 'phone', alert: fakeAlert('h3'), attempts: 12, message: '503', at: Date.now() - 60_000 },
  ];
  nightjar = await startFakeNightjar({ scores: { yard: 1.6 }, dead, problems: ['cameras[1].fps: expected a number'] });
  nightjar.announce('opened', fakeAlert('now', { camera: 'yard', endAt: null, startAt: Date.now() - 9000 }));
});
afterAll(async () => {
  await browser.close();
  await nightjar.close();
});

const views: readonly (readonly [name: string, hash: string, isThere: string])[] = [
  ['the grid', '#/', '[data-testid="raw-front-door"][data-sequence]'],
  ['a camera', '#/cameras/yard', '[data-testid="single-left"][data-sequence]'],
  ['a failed camera', '#/cameras/garage', '.notice.failure'],
  ['a new camera', '#/cameras/new', 'input[type=url]'],
  ['editing a camera', '#/cameras/front-door/edit', '[data-testid="mask"]'],
  ['alerts', '#/alerts', '[data-testid="timeline"] rect'],
  ['alerts that are none', '#/alerts?day=2020-01-01', '.empty'],
  ['an alert', '#/alerts/now', '[data-testid="alert-heat"]'],
  ['an alert that is none', '#/alerts/nothing', '.empty'],
  ['settings', '#/settings', '#users'],
  ['nowhere', '#/nowhere', '.empty'],
];

// Colours do not depend on the size, nor does the layout on the colours: each of both once.
describe.each([
  ['desktop', 'light'],
  ['telephone', 'dark'],
] as const)('on a %s, %s', (size, colorScheme) => {
  test.each(views)('%s fits, and axe-core finds nothing serious', async (_view, hash, isThere) => {
    const viewport = sizes[size];
    const { page, complaints } = await openPage(browser, `${nightjar.url}${hash}`, { viewport, colorScheme });
    await page.locator(isThere).first().waitFor();
    expect(await overflow(page)).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
    await page.close();
  });
});

test('axe-core would find what cannot be read', async () => {
  const { page } = await openPage(browser, `${nightjar.url}#/nowhere`);
  await page.locator('.empty').waitFor();
  await page.evaluate(() =>
    document.querySelectorAll('button').forEach((button) => button.removeAttribute('aria-label')),
  );
  expect(await seriousFindings(page)).not.toEqual([]);
  await page.close();
});

test('the first load is under 60 kB of html, script and style, gzipped', async () => {
  const folder = await builtPage();
  const html = readFileSync(`${folder}/index.html`, 'utf8');
  const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => `${folder}/${file}`);
  expect(first).toHaveLength(2);
  const bytes = [`${folder}/index.html`, ...first].map((file) => gzipSync(readFileSync(file)).length);
  expect(bytes.reduce((sum, length) => sum + length)).toBeLessThan(60_000);
  // With the charts, too, far below what was asked for.
  const all = readdirSync(`${folder}/assets`).map((file) => gzipSync(readFileSync(`${folder}/assets/${file}`)).length);
  expect(all.reduce((sum, length) => sum + length)).toBeLessThan(150_000);
});

test('the page holds no script of its own in the html and asks no other server for anything', async () => {
  const { page } = await openPage(browser, 'about:blank');
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.goto(nightjar.url);
  await page.getByTestId('raw-yard').waitFor();
  asked.delete('null');
  expect([...asked]).toEqual([new URL(nightjar.url).origin]);
  expect(await page.locator('script:not([src])').count()).toBe(0);
  await page.close();
});

test('by keyboard: the skip link leads to the content, links lead on, and the focus goes with the view', async () => {
  const { page } = await openPage(browser, nightjar.url);
  await page.getByTestId('camera-yard').waitFor();
  await page.keyboard.press('Tab');
  await page.locator(':focus', { hasText: 'Skip to the content' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('#main:focus').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await page.locator('#main:focus').waitFor();
  await waitUntil('the title is its', async () => expect(await page.title()).toBe('Settings · Nightjar'));
  await page.close();
});

test('the theme can be changed against the device, and stays', async () => {
  const { page } = await openPage(browser, nightjar.url, { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.getByRole('button', { name: 'Use the light theme' }).waitFor();
  const dark = await ground();
  await page.getByRole('button', { name: 'Use the light theme' }).click();
  await page.getByRole('button', { name: 'Use the dark theme' }).waitFor();
  const light = await ground();
  expect(light).not.toBe(dark);
  await page.reload();
  await page.getByRole('button', { name: 'Use the dark theme' }).waitFor();
  expect(await ground()).toBe(light);
  await page.close();
});

test('why a hand edit was refused is seen in every view, until it is mended', async () => {
  const { page } = await openPage(browser, `${nightjar.url}#/alerts`);
  const problems = page.getByTestId('problems');
  await problems.filter({ hasText: 'my-cameras.yaml was changed and cannot be used' }).waitFor();
  expect(await problems.innerText()).toContain('cameras[1].fps: expected a number');
  nightjar.live.tell('status', { type: 'pipeline', problems: [] });
  await problems.waitFor({ state: 'hidden' });
  await page.close();
});
