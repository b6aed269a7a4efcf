import type { Browser, Page } from 'playwright-core';

import { counterBits, readCounter } from './counter-picture.ts';

/** What the page saw since it was asked before. */
export interface Seen {
  /**
   * [number, milliseconds since the epoch] of each picture, when it was on the canvas and had been read back from it.
   */
  readonly pictures: readonly (readonly [number: number, at: number])[];
  readonly bytes: number;
}

interface Watch {
  pictures: [number, number][];
  bytes: number;
}

export type MeasuredTransport = 'jpeg' | 'webcodecs' | 'mse';

/**
 * Runs in the page before its own code: reads the number after each picture that is drawn, and counts what comes in.
 */
const watchScript = `
  const watch = (globalThis.liveviewWatch = { pictures: [], bytes: 0 });
  const readCounter = ${readCounter.toString()};
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    draw.apply(this, args);
    const { canvas } = this;
    if (canvas.dataset.testid !== 'single-left') return;
    const height = Math.floor(canvas.height / 10);
    const { data } = this.getImageData(0, 0, canvas.width, height);
    const at = performance.timeOrigin + performance.now();
    const number = readCounter(data, canvas.width, height, ${counterBits});
    if (number !== undefined) watch.pictures.push([number, at]);
  };
  const Native = WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => (watch.bytes += data.byteLength ?? data.length));
    }
  };
`;

/** Opens Nightjar's own page on one camera's pictures, as they come by a transport. */
export const openPage = async (browser: Browser, url: string, transport: MeasuredTransport): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript(watchScript);
  // What a page that came by plain http from another machine has.
  if (transport === 'mse') await page.addInitScript('delete globalThis.VideoDecoder');
  await page.goto(url);
  await page
    .getByTestId(/^camera-/)
    .getByRole('link')
    .first()
    .click();
  const single = page.getByTestId('single');
  await single.getByLabel('Right').selectOption('raw');
  await single.getByLabel('Transport').selectOption(transport === 'jpeg' ? 'jpeg' : 'h264');
  return page;
};

/** Takes what was seen so far. */
export const takeSeen = async (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const watch = (globalThis as unknown as { liveviewWatch: Watch }).liveviewWatch;
    const { pictures, bytes } = watch;
    watch.pictures = [];
    watch.bytes = 0;
    return { pictures, bytes };
  });
