import type { Browser } from 'playwright-core';

import { openBrowser, openPage, seriousFindings } from './browser.ts';
import { startFakeNightjar } from './fake-nightjar.ts';

let browser: Browser;
beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());

test('without a connection it says so, and how old what it shows is', async () => {
  const nightjar = await startFakeNightjar();
  const { page } = await openPage(browser, nightjar.url);
  await page.locator('[data-testid="raw-yard"][data-sequence]').waitFor();
  await nightjar.close();
  await page.getByTestId('connection').filter({ hasText: 'Connection lost' }).waitFor();
  await page
    .getByTestId('disconnected')
    .filter({ hasText: /as it was at \d\d:\d\d:\d\d, \d+ s ago/ })
    .waitFor();
  await page
    .getByTestId('age-yard')
    .filter({ hasText: /\d+ s old/ })
    .waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.close();
});

test('a camera whose pictures stop is called old, while the others are not', async () => {
  const nightjar = await startFakeNightjar();
  const { page } = await openPage(browser, nightjar.url);
  await page.locator('[data-testid="raw-yard"][data-sequence]').waitFor();
  const yard = nightjar.state.cameras.find(({ id }) => id === 'yard')!;
  nightjar.setCamera({ ...yard, state: 'connecting' });
  await page.getByTestId('age-yard').waitFor();
  await page.getByTestId('age-front-door').waitFor({ state: 'hidden' });
  await page.close();
  await nightjar.close();
});

test('a server that lacks what is new is used as far as it goes', async () => {
  const nightjar = await startFakeNightjar({
    lacks: /^\/api\/(pipeline|users|tokens|notifiers|openapi|cameras\/.*report|alerts\/(timeline|.*(heatmap|scores)))/,
  });
  const { page } = await openPage(browser, nightjar.url);
  await page.locator('[data-testid="raw-yard"][data-sequence]').waitFor();
  await page.getByText('Add a camera').waitFor({ state: 'detached' });
  await page.goto(`${nightjar.url}#/cameras/yard`);
  await page.getByTestId('facts').waitFor();
  for (const name of ['Pause', 'Learn', 'Edit', 'Remove', 'Report'])
    await page.getByText(name, { exact: true }).waitFor({ state: 'detached' });
  await page.goto(`${nightjar.url}#/alerts`);
  await page.getByTestId('alert').first().waitFor();
  await page.getByTestId('timeline').waitFor({ state: 'detached' });
  await page.getByTestId('alert').first().getByRole('heading').getByRole('link').click();
  await page.getByRole('heading', { name: 'What was it?' }).waitFor();
  await page.goto(`${nightjar.url}#/settings`);
  await page.getByRole('heading', { name: 'About' }).waitFor();
  for (const name of ['Users', 'API tokens', 'Notifiers'])
    await page.getByText(name, { exact: true }).waitFor({ state: 'detached' });
  await page.close();
  await nightjar.close();
});

test('no camera yet is said, with the way to the first one', async () => {
  const nightjar = await startFakeNightjar({ cameras: [], alerts: [] });
  const { page } = await openPage(browser, nightjar.url);
  await page.getByText('No camera yet.').waitFor();
  await page.getByRole('link', { name: 'Add a camera' }).click();
  await page.getByRole('heading', { name: 'Add a camera' }).waitFor();
  await page.close();
  await nightjar.close();
});

test('a view that fails says so, and the way to the others stays', async () => {
  const nightjar = await startFakeNightjar();
  const { page } = await openPage(browser, `${nightjar.url}#/settings`);
  await page.getByRole('heading', { name: 'About' }).waitFor();
  // What no server should answer.
  await page.route('**/api/alerts/h1', (route) => route.fulfill({ json: { id: 'h1', camera: {}, kind: 'anomaly' } }));
  await page.goto(`${nightjar.url}#/alerts/h1`);
  await page.getByText('This view cannot be shown.').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cameras' }).click();
  await page.getByTestId('camera-yard').waitFor();
  await page.close();
  await nightjar.close();
});
