import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Debian's Chromium, headless, without its calls home: in a closed network they are refused, many at a time. */
export const launchChromium = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['NIGHTJAR_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
