import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Browser } from 'playwright-core';

import { quantileOf } from '../task/threshold.ts';
import { askProcess, startProcess, stopProcess } from './bench-process.ts';
import { launchChromium } from './chromium.ts';
import { type MeasuredTransport, openPage, takeSeen } from './liveview-page.ts';
import type { LiveviewReport, Sends } from './liveview-subject.ts';
import { BenchViewer, throttle } from './liveview-viewers.ts';
import { rounded } from './statistics.ts';

const warmUpMs = 4000;
/** Of a throttled link: a tenth of what the pictures need. */
const throttledBytesPerSecond = 30_000;
/** With and without the throttled viewers by turns, so that what else the machine does hits both. */
const turns = 2;

type Taken = ReturnType<BenchViewer['take']>;

interface Setting {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly seconds: number;
}

/**
 * From encoder input to the canvas: a number drawn into each picture is read back from the canvas of Nightjar's own
 * page in headless Chromium, by each transport; then many viewers on one camera of which some have thin links. The last
 * line printed is one JSON object.
 */
export const liveviewBench = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: 'string', default: '640x360' },
      fps: { type: 'string', default: '15' },
      seconds: { type: 'string', default: '20' },
      viewers: { type: 'string', default: '20' },
      throttled: { type: 'string', default: '5' },
      only: { type: 'string', default: 'jpeg,webcodecs,mse,viewers' },
    },
  });
  const [width = 0, height = 0] = values.size.split('x').map(Number);
  const setting = { width, height, fps: Number(values.fps), seconds: Number(values.seconds) };
  const throttled = Number(values.throttled);

  const only = values.only.split(',');
  const figures: Record<string, object> = {};
  const browser = await launchChromium();
  try {
    for (const transport of ['jpeg', 'webcodecs', 'mse'] as const) {
      if (!only.includes(transport)) continue;
      figures[transport] = await measureTransport(browser, setting, transport);
      console.log(JSON.stringify({ [transport]: figures[transport] }));
    }
  } finally {
    await browser.close();
  }
  const count = Number(values.viewers) - throttled;
  if (only.includes('viewers')) figures['viewers'] = await measureViewers(setting, count, throttled);
  console.log(JSON.stringify({ size: values.size, fps: setting.fps, ...figures }));
};

const measureTransport = async (browser: Browser, setting: Setting, transport: MeasuredTransport) => {
  const subject = await start(setting);
  const page = await openPage(browser, subject.url, transport);
  try {
    await sleep(warmUpMs);
    await takeSeen(page);
    const before = await askProcess<LiveviewReport>(subject.child);
    await sleep(setting.seconds * 1000);
    const after = await askProcess<LiveviewReport>(subject.child);
    const seen = await takeSeen(page);
    const delays = delaysOf([...before.sends, ...after.sends], seen.pictures);
    return {
      p50Ms: rounded(quantileOf(delays, 0.5)),
      p95Ms: rounded(quantileOf(delays, 0.95)),
      cpuMsPerFrame: rounded(((after.cpuSeconds - before.cpuSeconds) * 1000) / after.sends.length),
      bytesPerSecond: Math.round(seen.bytes / setting.seconds),
      pictures: delays.length,
      sent: after.sends.length,
    };
  } finally {
    await page.close();
    await stopProcess(subject.child);
  }
};

/** The delay of each picture when it was seen first. */
const delaysOf = (sends: Sends, seen: readonly (readonly [number, number])[]): number[] => {
  const sentAt = new Map(sends);
  return seen.flatMap(([number, at]) => {
    const sent = sentAt.get(number);
    sentAt.delete(number);
    return sent === undefined ? [] : [at - sent];
  });
};

const measureViewers = async (setting: Setting, count: number, throttled: number) => {
  const subject = await start(setting);
  const proxy = await throttle(subject.url, throttledBytesPerSecond);
  const open = async (url: string, number: number): Promise<BenchViewer[]> =>
    Promise.all(Array.from({ length: number }, async () => new BenchViewer(url).open()));
  const free = await open(subject.url, count);
  const without: Taken[] = [];
  const together: Taken[] = [];
  const slowRates: number[] = [];
  const slowLevels: number[] = [];
  const phaseSeconds = setting.seconds / turns;
  const measure = async (viewers: readonly BenchViewer[]): Promise<Taken[]> => {
    for (const viewer of viewers) viewer.take();
    await sleep(phaseSeconds * 1000);
    return viewers.map((viewer) => viewer.take());
  };
  try {
    for (let turn = 0; turn < turns; turn++) {
      await sleep(warmUpMs);
      without.push(...(await measure(free)));
      const slow = await open(proxy.url, throttled);
      await sleep(warmUpMs);
      const all = await measure([...free, ...slow]);
      together.push(...all.slice(0, free.length));
      slowRates.push(...all.slice(free.length).map(({ delays }) => delays.length / phaseSeconds));
      slowLevels.push(...slow.map(({ level }) => level));
      for (const viewer of slow) viewer.close();
    }
  } finally {
    for (const viewer of free) viewer.close();
    proxy.close();
    await stopProcess(subject.child);
  }
  const figures = (taken: readonly Taken[]) => {
    const delays = taken.flatMap((one) => one.delays);
    return {
      framesPerSecond: rounded(delays.length / taken.length / phaseSeconds),
      lost: taken.reduce((sum, { lost }) => sum + lost, 0),
      p50Ms: rounded(quantileOf(delays, 0.5)),
      p95Ms: rounded(quantileOf(delays, 0.95)),
    };
  };
  return {
    unthrottled: count,
    throttled,
    without: figures(without),
    with: figures(together),
    throttledFramesPerSecond: rounded(slowRates.reduce((sum, rate) => sum + rate, 0) / slowRates.length),
    throttledLevels: slowLevels,
  };
};

const start = async ({ width, height, fps }: Setting): Promise<{ child: ChildProcess; url: string }> =>
  startProcess('liveview-subject.js', [width, height, fps].map(String));
