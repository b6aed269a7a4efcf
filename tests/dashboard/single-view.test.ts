import type { Browser, Page } from 'playwright-core';
import { encoderSpawner } from '../../src/video/encoder-process.ts';
import { fakeSpawner } from '../video/fake-encoder.ts';
import { startSynthetic } from '../server/synthetic-feed.ts';
import { cameraOf } from '../support/camera-of.ts';
import { openBrowser } from './browser.ts';
import { scenePicture } from './synthetic-scene.ts';
import { waitUntil } from '../support/wait-until.ts';

const size = { width: 320, height: 180 };
let browser: Browser;
let page: Page;
let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
let running: NodeJS.Timeout;
let complaints: string[];

beforeAll(async () => void (browser = await openBrowser()));
afterAll(() => browser.close());

beforeEach(async () => {
  const spawnEncoder = encoderSpawner({ path: 'ffmpeg', launcher: [], version: [5, 1] });
  const door = cameraOf('door', { ...size, live: { ...size, fps: 15 } });
  synthetic = await startSynthetic({ spawnEncoder, viewerBufferBytes: 2 ** 20 }, [door]);
  synthetic.feed.recorded.length = 0;
  let sequence = 0;
  running = setInterval(() => synthetic.feed.pictures$.next(scenePicture('door', sequence++)), 66);
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterEach(async () => {
  clearInterval(running);
  await page.close();
  await synthetic.close();
});

const open = async (): Promise<void> => {
  await page.goto(`http://127.0.0.1:${synthetic.server.port}/`);
  await page.getByTestId('camera-door').getByRole('link').click();
  await page.getByTestId('single').waitFor();
};
/** A server may lack what is newer than it; the page asks, and goes without. */
const faults = (): string[] => complaints.filter((text) => !text.includes('404'));
/** Waits until the canvas shows another picture than now, and one after that. */
const changesTwice = async (id: string): Promise<void> => {
  for (let times = 0; times < 2; times++) {
    const before = await page.getByTestId(id).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    await page.waitForFunction(
      ([id, before]) => (document.querySelector(`[data-testid="${id}"]`) as HTMLCanvasElement).toDataURL() !== before,
      [id, before] as const,
    );
  }
};
/** The mean absolute difference between neighbours, which noise makes large. */
const roughness = async (id: string): Promise<number> =>
  page.getByTestId(id).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 4; at < data.length; at += 4) sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0));
    return sum / (data.length / 4);
  });
const choose = async (label: string, value: string): Promise<void> => {
  await page.getByTestId('single').getByLabel(label).selectOption(value);
};
const how = (text: string) => page.getByTestId('how').filter({ hasText: text }).waitFor();

test.each([
  ['JPEG', 'jpeg', true],
  ['H.264 (WebCodecs)', 'h264', true],
  ['H.264 (Media Source)', 'h264', false],
])('%s shows a moving picture, noisy on the left and clean on the right', async (name, transport, hasWebCodecs) => {
  // As on plain http from another machine.
  if (!hasWebCodecs) await page.addInitScript(() => delete (window as { VideoDecoder?: unknown }).VideoDecoder);
  await open();
  await choose('Transport', transport);
  await how(name);
  await changesTwice('single-left');
  await changesTwice('single-right');
  expect(await roughness('single-left')).toBeGreaterThan(2 * (await roughness('single-right')));
  expect(faults()).toEqual([]);
});

test('the divider is a slider: keys move it, it says what stands where, and it divides the picture', async () => {
  await open();
  const slider = page.getByRole('slider', { name: 'Divider between the two pictures' });
  await slider.focus();
  const [value, text] = [() => slider.getAttribute('aria-valuenow'), () => slider.getAttribute('aria-valuetext')];
  expect([await value(), await text()]).toEqual(['50', '50 %: Camera on the left, Denoised on the right']);
  for (const [key, expected] of [
    ['ArrowRight', '51'],
    ['ArrowLeft', '50'],
    ['PageUp', '60'],
    ['End', '100'],
    ['ArrowRight', '100'],
    ['Home', '0'],
    ['PageDown', '0'],
  ] as const) {
    await page.keyboard.press(key);
    expect(await value()).toBe(expected);
  }
  const clip = () => page.getByTestId('single-left').evaluate((canvas) => getComputedStyle(canvas).clipPath);
  expect(await clip()).toContain('100%');
  await page.keyboard.press('End');
  expect(await clip()).toMatch(/^inset\(0(px)? (0%|0px|calc\(0%\))|^inset\(0px\)/);
});

test('the divider follows the pointer anywhere on the picture', async () => {
  await open();
  const box = (await page.getByTestId('single-right').boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.up();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 40);
  const slider = page.getByRole('slider');
  await waitUntil('it is there', async () => expect(await slider.getAttribute('aria-valuenow')).toBe('25'));
});

test('either side can show another picture, and only what is shown is asked for', async () => {
  await open();
  const { demand } = synthetic.feed;
  const wanted = () => (['raw', 'denoised'] as const).filter((kind) => demand.wants('door', kind));
  await changesTwice('single-right');
  expect(wanted()).toEqual(['raw', 'denoised']);
  await choose('Right', 'raw');
  await changesTwice('single-right');
  await waitUntil('nobody wants the denoised one', () => expect(wanted()).not.toContain('denoised'));
  const [left, right] = [await roughness('single-left'), await roughness('single-right')];
  expect(Math.abs(left - right)).toBeLessThan(left / 4);
  await page.getByRole('link', { name: 'All cameras', exact: true }).click();
  await page.getByTestId('single').waitFor({ state: 'hidden' });
  // The card shows one picture.
  await waitUntil('only one is wanted', () => expect(wanted()).toEqual(['raw']));
  await changesTwice('raw-door');
});

test('a server that cannot encode H.264 gives JPEG, whatever is chosen', async () => {
  await synthetic.close();
  synthetic = await startSynthetic({}, [cameraOf('door', size)]);
  synthetic.feed.recorded.length = 0;
  await open();
  await choose('Transport', 'h264');
  await how('JPEG');
  await changesTwice('single-left');
  expect(faults()).toEqual([]);
});

test.each([
  ['Media Source', 'garbage'],
  ['Media Source', 'an exception'],
  ['Media Source', 'silence'],
  ['WebCodecs', 'garbage'],
  ['WebCodecs', 'an exception'],
  ['WebCodecs', 'silence'],
])('%s that after a while ends in %s is given up for JPEG, until it is chosen again', async (name, end) => {
  if (name === 'Media Source')
    await page.addInitScript(() => delete (window as { VideoDecoder?: unknown }).VideoDecoder);
  await open();
  await choose('Transport', 'h264');
  await how(`H.264 (${name})`);
  await changesTwice('single-left');
  const mend = await page.evaluateHandle(
    ([name, end]) => {
      type Take<Player, Data> = (this: Player, data: Data) => void;
      const appendBuffer = Reflect.get(SourceBuffer.prototype, 'appendBuffer') as Take<SourceBuffer, BufferSource>;
      const decode = name === 'WebCodecs' && (Reflect.get(VideoDecoder.prototype, 'decode') as Take<VideoDecoder, EncodedVideoChunk>); // prettier-ignore
      const broken = (): void => {
        if (end === 'an exception') throw new DOMException('no more', 'InvalidStateError');
      };
      const garbage = new Uint8Array(4000).fill(255);
      SourceBuffer.prototype.appendBuffer = function () {
        broken();
        appendBuffer.call(this, end === 'garbage' ? garbage : new Uint8Array(0));
      };
      if (decode)
        VideoDecoder.prototype.decode = function ({ type, timestamp }) {
          broken();
          if (end === 'garbage') decode.call(this, new EncodedVideoChunk({ type, timestamp, data: garbage }));
        };
      return () => {
        SourceBuffer.prototype.appendBuffer = appendBuffer;
        if (decode) VideoDecoder.prototype.decode = decode;
      };
    },
    [name, end] as const,
  );
  await how('JPEG');
  await changesTwice('single-left');
  await mend.evaluate((mend) => mend());
  await choose('Right', 'raw');
  await how('JPEG');
  await choose('Transport', 'jpeg');
  await choose('Transport', 'h264');
  await how(`H.264 (${name})`);
  await changesTwice('single-left');
  expect(faults()).toEqual([]);
});

test('an encoder that gives nothing is given up for JPEG', async () => {
  await synthetic.close();
  synthetic = await startSynthetic({ spawnEncoder: fakeSpawner().spawn }, [cameraOf('door', size)]);
  await open();
  await changesTwice('single-left');
  await choose('Transport', 'h264');
  await how('H.264');
  await how('JPEG');
  await changesTwice('single-left');
});
