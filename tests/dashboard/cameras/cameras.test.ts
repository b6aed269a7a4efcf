import type { Browser, Page } from 'playwright-core';

import { openBrowser, openPage, sizes } from '../browser.ts';
import { type FakeNightjar, startFakeNightjar } from '../fake-nightjar.ts';

let browser: Browser;
let nightjar: FakeNightjar;
let page: Page;

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());
const open = async (hash = '', viewport: { width: number; height: number } = sizes.desktop): Promise<void> => {
  nightjar = await startFakeNightjar();
  ({ page } = await openPage(browser, `${nightjar.url}${hash}`, { viewport }));
};
afterEach(async () => {
  await page.close();
  await nightjar.close();
});
const button = (name: string) => page.getByRole('button', { name, exact: true });

test.each(Object.entries(sizes))('on a %s a camera is added: a wrong password is named with what to do, the right one shows its picture', async (_name, viewport) => {
  await open('', viewport);
  await page.getByRole('link', { name: 'Add a camera' }).click();
  await page.getByLabel('Address of the camera').fill('rtsp://admin:guess@shed.local/main');
  await button('Test the connection').click();
  const probe = page.getByTestId('probe');
  await probe.filter({ hasText: 'unauthorized' }).filter({ hasText: 'Check the user and the password' }).waitFor();
  await page.getByLabel('Address of the camera').fill('rtsp://admin:right@shed.local/main');
  await button('Test the connection').click();
  await probe.filter({ hasText: 'It works. h264, 320×180' }).waitFor();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('[data-testid="probe"] img')?.naturalWidth === 320);
  await page.getByText('Sizes, rates and tasks').click();
  await page.getByLabel('Pictures a second', { exact: true }).fill('2.5');
  await button('Add the camera').click();
  await page.getByRole('heading', { name: 'shed', exact: true }).waitFor();
  await page.locator('[data-testid="single-left"][data-sequence]').waitFor();
  expect(nightjar.state.settings['shed']).toEqual({ id: 'shed', url: 'rtsp://admin:right@shed.local/main', fps: 2.5 });
}); // prettier-ignore

test('a camera on the network is found, asked for its streams, and one of them is taken', async () => {
  await open('#/cameras/new');
  await button('On this network').click();
  await button('Look for cameras').click();
  await page.getByRole('button', { name: 'Gate camera' }).click();
  await page.getByLabel('User of the camera').fill('admin');
  await page.getByLabel('Its password').fill('guess');
  await button('Show its streams').click();
  await page.getByRole('alert').filter({ hasText: 'refuses the user or the password' }).waitFor();
  await page.getByLabel('Its password').fill('right');
  await button('Show its streams').click();
  await page.getByRole('button', { name: 'Sub h264, 320×180' }).click();
  expect(await page.getByLabel('Address of the camera').inputValue()).toBe('rtsp://admin:right@192.168.1.44/sub');
  expect(await page.getByLabel('Name').getAttribute('placeholder')).toBe('camera');
});

test('why settings are refused is said, and nothing that was typed is lost', async () => {
  await open('#/cameras/yard/edit');
  await page.getByLabel('Size', { exact: true }).fill('1x1');
  await button('Save').click();
  await page.getByRole('alert').filter({ hasText: 'expected both divisible by 8, found 1x1' }).waitFor();
  expect(await page.getByLabel('Size', { exact: true }).inputValue()).toBe('1x1');
});

test('a camera learns with its progress in sight, and learning is cancelled', async () => {
  await open('#/cameras/yard');
  await button('Learn').click();
  await page.getByLabel('Minutes to watch').fill('5');
  await page.getByRole('dialog').getByRole('button', { name: 'Learn' }).click();
  await page.getByText('Watching the scene: 10 %, about 1 min 30 s left').waitFor();
  const yard = nightjar.state.cameras.find(({ id }) => id === 'yard')!;
  nightjar.setCamera({ ...yard, learning: { stage: 'training', fraction: 0.5 } });
  await page.getByText('Learning what is normal: 50 %').waitFor();
  expect(await page.getByRole('progressbar').getAttribute('value')).toBe('0.5');
  await button('Cancel').click();
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
});

test('the report of a camera with a model opens beside the page', async () => {
  await open('#/cameras/yard');
  const report = page.getByRole('link', { name: 'Report' });
  await report.waitFor();
  expect([await report.getAttribute('href'), await report.getAttribute('target')]).toEqual([
    'api/cameras/yard/report',
    '_blank',
  ]);
});

test('a camera is paused and goes on, and is removed after a question', async () => {
  await open('#/cameras/yard');
  await button('Pause').click();
  await page.locator('.state').filter({ hasText: 'Paused' }).waitFor();
  await button('Resume').click();
  await page.locator('.state').filter({ hasText: 'Live' }).waitFor();
  await button('Remove').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(nightjar.state.cameras).toHaveLength(4);
  // The focus is back where it was.
  await page.locator(':focus', { hasText: 'Remove' }).waitFor();
  await button('Remove').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('heading', { name: 'Cameras' }).waitFor();
  await page.getByTestId('camera-yard').waitFor({ state: 'detached' });
  // Those after it keep their index, and their pictures.
  await page.locator('[data-testid="raw-night-gate"]').scrollIntoViewIfNeeded();
  await page.locator('[data-testid="raw-night-gate"][data-sequence]').waitFor();
});

test('a mask is drawn by keys alone, changed, and saved', async () => {
  await open('#/cameras/yard/edit');
  const surface = page.getByTestId('mask');
  await surface.focus();
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press(' ', 'Shift+ArrowRight', ' ', 'Shift+ArrowDown', ' ', 'Enter');
  await page.getByText('Area 1, 3 points').waitFor();
  await page.getByRole('button', { name: 'Area 1, point 2: 60 % from the left, 50 % from the top' }).focus();
  await press('ArrowRight');
  await page.getByRole('button', { name: 'Area 1, point 2: 61 % from the left, 50 % from the top' }).waitFor();
  await button('Undo').click();
  await button('Save').click();
  await page.getByTestId('facts').waitFor();
  expect(nightjar.state.settings['yard']).toEqual({ mask: [[[0.5, 0.5], [0.6, 0.5], [0.6, 0.6]]] }); // prettier-ignore
});

test.each(Object.entries(sizes))('on a %s a mask is drawn by pointer: corners are set and dragged, an area is deleted', async (_name, viewport) => {
  await open('#/cameras/yard/edit', viewport);
  const surface = page.getByTestId('mask');
  await surface.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.mask img')?.naturalWidth === 320);
  const { width, height } = (await surface.boundingBox())!;
  const click = (x: number, y: number) => surface.click({ position: { x: x * width, y: y * height } });
  for (const [x, y] of [[0.2, 0.2], [0.6, 0.2], [0.6, 0.4], [0.2, 0.2]] as const) await click(x, y); // prettier-ignore
  await page.getByText('Area 1, 3 points').waitFor();
  const corner = page.getByRole('button', { name: /Area 1, point 3/ });
  const box = (await corner.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 + height * 0.2, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('button', { name: /Area 1, point 3: 60 % from the left, (59|60|61) % from the top/ }).waitFor();
  await page.getByText('Area 1, 3 points').waitFor();
  await button('Delete area 1').click();
  await page.getByText('Area 1, 3 points').waitFor({ state: 'detached' });
}); // prettier-ignore
