import type { Browser, Page } from 'playwright-core';

import { openBrowser, openPage, seriousFindings, sizes } from './browser.ts';
import { fakeAlert } from './fake-alerts.ts';
import { type FakeNightjar, startFakeNightjar } from './fake-nightjar.ts';
import { waitUntil } from '../support/wait-until.ts';

let browser: Browser;
let nightjar: FakeNightjar;
let page: Page;

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());
afterEach(async () => {
  await page.close();
  await nightjar.close();
});
const open = async (
  hash = '',
  changes: Parameters<typeof startFakeNightjar>[0] = {},
  viewport = sizes.desktop as { width: number; height: number },
) => {
  // prettier-ignore
  nightjar = await startFakeNightjar(changes);
  ({ page } = await openPage(browser, `${nightjar.url}${hash}`, { viewport }));
};
const logIn = async (name: string, password: string): Promise<void> => {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
};

test.each(Object.entries(sizes))('on a %s one logs in, a wrong password is told, and the address is kept', async (_name, viewport) => {
  await open('#/alerts', { isOpen: false, role: undefined }, viewport);
  await page.getByLabel('Password').waitFor();
  expect(nightjar.live.viewers).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
  await logIn('ada', 'guess');
  await page.getByRole('alert').filter({ hasText: 'The name or the password is wrong.' }).waitFor();
  await logIn('ada', 'open sesame');
  await page.getByRole('heading', { name: 'Alerts' }).waitFor();
  await page.getByTestId('connection').filter({ hasText: 'Connected' }).waitFor();
}); // prettier-ignore

test('after too many attempts it says when to try again', async () => {
  await open('', { isOpen: false, role: undefined });
  for (let attempt = 0; attempt < 6; attempt++) {
    await Promise.all([page.waitForResponse(/\/api\/session/), logIn('ada', `guess ${attempt}`)]);
    await page.getByRole('button', { name: 'Log in' }).and(page.locator(':enabled')).waitFor();
    await page.getByRole('alert').waitFor();
  }
  await page.getByRole('alert').filter({ hasText: 'Too many attempts. Try again in 30 s.' }).waitFor();
});

test('a session that ends leads to the log-in, whoever notices it first', async () => {
  await open('', { isOpen: false, role: 'operator' });
  await page.getByTestId('raw-yard').waitFor();
  nightjar.state.role = undefined;
  nightjar.live.cut();
  await page.getByLabel('Password').waitFor();
  await logIn('ada', 'open sesame');
  await page.getByTestId('raw-yard').waitFor();
  nightjar.state.role = undefined;
  await page.evaluate(() => (location.hash = '#/alerts'));
  await page.getByLabel('Password').waitFor();
});

test('logs out', async () => {
  await open('#/settings', { isOpen: false, role: 'viewer' });
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('Password').waitFor();
  expect(nightjar.state.role).toBeUndefined();
});

test('a viewer is offered nothing that changes anything', async () => {
  await open('', { isOpen: false, role: 'viewer' });
  const offers = ['Add a camera', 'Pause', 'Learn', 'Edit', 'Remove', 'Delete', 'Delete these', 'This was normal', 'Users', 'Notifiers']; // prettier-ignore
  for (const [hash, isThere] of [
    ['#/', '[data-testid="raw-yard"]'],
    ['#/cameras/yard', '[data-testid="facts"]'],
    ['#/alerts', '[data-testid="alert"]'],
    ['#/alerts/h1', '.alert-view'],
    ['#/settings', '#about'],
  ] as const) {
    await page.goto(`${nightjar.url}${hash}`);
    await page.locator(isThere).first().waitFor();
    for (const offer of offers) await page.getByText(offer, { exact: true }).first().waitFor({ state: 'detached' });
  }
  await page.goto(`${nightjar.url}#/cameras/yard/edit`);
  await page.getByText('This camera cannot be changed here.').waitFor();
});

test('an operator judges and pauses, but neither edits nor adds', async () => {
  await open('#/cameras/yard', { isOpen: false, role: 'operator' });
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByRole('link', { name: 'Edit' }).waitFor({ state: 'detached' });
});

test('an admin adds a user, changes a role, and removes somebody after a question', async () => {
  await open('#/settings');
  await page.getByLabel('New user', { exact: true }).fill('eve');
  await page.getByLabel('Password of the new user').fill('a long password');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Role of eve').selectOption('operator');
  await page.getByRole('button', { name: 'Remove ben' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel('Role of ben').waitFor({ state: 'detached' });
  const users = [{ name: 'ada', role: 'admin' }, { name: 'eve', role: 'operator' }]; // prettier-ignore
  await waitUntil('all is done', () => expect(nightjar.state.users).toEqual(users));
});

test('a token is shown once', async () => {
  await open('#/settings');
  await page.getByLabel('New token for').fill('home assistant');
  await page.getByRole('button', { name: 'Make a token' }).click();
  await page.getByTestId('token').filter({ hasText: 'nightjar_t2_4f1c9' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Revoke home assistant' }).waitFor();
  await page.getByText('nightjar_t2_4f1c9').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Revoke home assistant' }).click();
  await page.getByRole('button', { name: 'Revoke home assistant' }).waitFor({ state: 'detached' });
  expect(nightjar.state.tokens.map(({ name }) => name)).toEqual(['prometheus']);
});

test('what was not delivered is listed with its reason, and forgotten on request', async () => {
  const dead = [
    {
      id: 1,
      notifier: 'phone',
      alert: fakeAlert('h3', { camera: 'yard' }),
      attempts: 12,
      message: 'Two hours of 503.',
      at: Date.now() - 60_000,
    },
  ];
  await open('#/settings', { dead });
  await page.getByText('Two hours of 503.').waitFor();
  await page.getByRole('link', { name: 'Something unusual at yard' }).waitFor();
  await page.getByRole('button', { name: 'Forget' }).click();
  await page.getByText('Two hours of 503.').waitFor({ state: 'detached' });
  expect(nightjar.state.dead).toEqual([]);
});

test('a test of a notifier that does not arrive says why', async () => {
  await open('#/settings');
  await page.getByRole('listitem').filter({ hasText: 'phone' }).getByRole('button', { name: 'Send a test' }).click();
  await page.getByRole('alert').filter({ hasText: 'The server answered with 503.' }).waitFor();
});

test('one changes the own password, if one knows the present one', async () => {
  await open('#/settings', { isOpen: false, role: 'viewer' });
  await page.getByText('Change the password').click();
  await page.getByLabel('Present password').fill('guess');
  await page.getByLabel('New password').fill('another long password');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByRole('alert').filter({ hasText: 'The password is wrong.' }).waitFor();
  await page.getByLabel('Present password').fill('open sesame');
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.getByText('It is changed.').waitFor();
});
