import { readFileSync } from 'node:fs';

import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';

import { launchChromium } from '../support/chromium.ts';
import { builtPage } from './built-page.ts';

export const sizes = { desktop: { width: 1280, height: 800 }, telephone: { width: 360, height: 740 } } as const;

/** The built page's browser, one for a test file. */
export const openBrowser = async (): Promise<Browser> => {
  await builtPage();
  return launchChromium();
};

/** A page of its own context, and what the browser complained of. */
export const openPage = async (
  browser: Browser,
  url: string,
  options: { readonly viewport?: { width: number; height: number }; readonly colorScheme?: 'light' | 'dark' } = {},
): Promise<{ page: Page; complaints: string[] }> => {
  const page = await browser.newPage({ viewport: sizes.desktop, ...options });
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
};

const axeSource = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

/** What axe-core finds that is serious or critical: rule, elements, why. */
export const seriousFindings = async (page: Page): Promise<string[]> => {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    async () =>
      (await (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResults> } }).axe.run({
        resultTypes: ['violations'],
      })) as Pick<AxeResults, 'violations'>,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${String(target)}: ${failureSummary}`),
    );
};

/** How many pixels the page is wider than its window. */
export const overflow = async (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
