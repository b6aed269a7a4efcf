import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import type { Engine } from '../../src/core/engine.ts';
import { openOrtEngine } from '../../src/engine/ort-engine.ts';
import { learnModel } from '../../src/learn/learn-model.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import { cameraGraph } from '../../src/model/camera-model.ts';
import { loadRecord } from '../../src/model/model-folder.ts';
import { reportPage } from '../../src/report/page.ts';
import { courtyardSet } from './courtyard-set.ts';
import { launchChromium } from '../support/chromium.ts';

let folder: string;
let training: Engine<Uint8Array>;
let inference: Engine<CameraModel>;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-report-'));
  training = await openOrtEngine({ device: 'cpu', workers: 1 });
  inference = { ...training, load: async (model) => training.load(cameraGraph(model)) };
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await training.close();
  await rm(folder, { recursive: true });
});

const learn = async (architecture: 'motion' | 'strided') => {
  const card = await learnModel(
    courtyardSet(160),
    path.join(folder, architecture),
    { training, inference },
    {
      task: 'anomaly',
      architecture,
      batch: 4,
      noise: 0.05,
      maxMinutes: 0.05,
      patience: 2,
      seed: 1,
      validationShare: 0.25,
      falseAlarmsPerDay: 1,
      smoothingSeconds: 0.15,
      minSeconds: 0.4,
      source: '/home/someone/secret/yard.mp4',
    },
  );
  return { card, record: await loadRecord(path.join(folder, architecture)) };
};

test.each(['motion', 'strided'] as const)(
  'the report of a learned %s model has its plots and pictures, and asks the network for nothing',
  async (architecture) => {
    const { card, record } = await learn(architecture);
    expect(record?.heldBack?.scores.length).toBe(40);
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    try {
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const html = reportPage({ card, record });
      expect(html).not.toContain('/home/someone');
      await page.setContent(html);
      expect(await page.locator('.plot h3').allTextContents()).toEqual([
        'Scores of normal footage',
        'The rare ones, and the fitted tail',
        'Loss while learning',
        'Held-back normal footage over time',
      ]);
      expect(await page.locator('polyline.second').count()).toBe(2);
      expect(html).not.toContain('NaN');
      expect(await page.locator('.frame img').first().evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(64); // prettier-ignore
      const wide = await page.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
      expect(wide).toBe(0);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([]);
    } finally {
      await page.close();
    }
  },
  60_000,
);

test('a model without a record says what is missing', async () => {
  const { card } = await learn('strided');
  const html = reportPage({ card });
  expect(html).toContain('This model has no record.json');
  expect(html).toContain('Threshold');
});
