import type { Browser, Page } from 'playwright-core';

import type { Access } from '../../src/auth/access.ts';
import { accessFor, startSynthetic } from '../server/synthetic-feed.ts';
import { cameraOf } from '../support/camera-of.ts';
import { openBrowser, openPage } from './browser.ts';

// What the made-up Nightjar of the other tests promises, at the real server with a log-in.
const password = 'a long and quiet night';
let browser: Browser;
let page: Page;
let access: Access;
let synthetic: Awaited<ReturnType<typeof startSynthetic>>;

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());
beforeEach(async () => {
  access = accessFor({ isOpen: false });
  await access.addUser('ada', 'admin', password);
  synthetic = await startSynthetic({ access }, [cameraOf('door')]);
  ({ page } = await openPage(browser, `http://127.0.0.1:${synthetic.server.port}/#/settings`));
});
afterEach(async () => {
  await page.close();
  await synthetic.close();
});
const logIn = async (given: string): Promise<void> => {
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password', { exact: true }).fill(given);
  await page.keyboard.press('Enter');
};

test('one logs in, adds a user, makes a token that works, and logs out', async () => {
  await logIn('guess');
  await page.getByRole('alert').filter({ hasText: 'The name or the password is wrong.' }).waitFor();
  await logIn(password);
  await page.getByTestId('connection').filter({ hasText: 'Connected' }).waitFor();
  await page.getByLabel('New user', { exact: true }).fill('ben');
  await page.getByLabel('Password of the new user').fill('another long password');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Role of ben').waitFor();
  expect(access.users().map(({ name, role }) => [name, role])).toEqual([
    ['ada', 'admin'],
    ['ben', 'viewer'],
  ]);
  await page.getByLabel('New token for').fill('prometheus');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = await page.getByTestId('token').locator('code').innerText();
  const metrics = await fetch(new URL('/metrics', page.url()), { headers: { authorization: `Bearer ${token}` } });
  expect(metrics.status).toBe(200);
  await page.getByText('15 attempts').waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password', { exact: true }).waitFor();
  expect((await page.request.get(new URL('/api/cameras', page.url()).href)).status()).toBe(401);
});

test('a password that is changed elsewhere ends what is shown', async () => {
  await logIn(password);
  await page.getByTestId('connection').filter({ hasText: 'Connected' }).waitFor();
  await access.changeUser('ada', { password: 'another long password' });
  await page.getByLabel('Password', { exact: true }).waitFor();
});

test('a camera is paused and changed, and what went wrong with the file is seen', async () => {
  await logIn(password);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Cameras' }).click();
  await page.getByTestId('camera-door').getByRole('link').click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Live pictures a second').fill('8');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByTestId('facts').waitFor();
  expect(synthetic.feed.changes).toEqual([
    ['change', 'door', { paused: true }],
    ['change', 'door', { live: { fps: 8 } }],
  ]);
  synthetic.feed.problems$.next(['cameras[0].fps: expected a number']);
  await page.getByTestId('problems').filter({ hasText: 'cameras[0].fps: expected a number' }).waitFor();
});
