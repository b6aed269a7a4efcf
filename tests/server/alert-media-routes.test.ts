import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
let folder: string;
beforeEach(async () => {
  synthetic = await startSynthetic();
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-routes-'));
});
afterEach(async () => {
  await synthetic.close();
  rmSync(folder, { recursive: true });
});

const get = async (address: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${synthetic.server.port}/api/alerts/${address}`, { headers });
const keepClip = (): void => {
  const file = path.join(folder, 'a1.mp4');
  writeFileSync(file, '0123456789');
  synthetic.feed.clips.set('a1', file);
};

test('a clip is given whole, or the bytes of it that are asked for', async () => {
  keepClip();
  const whole = await get('a1/clip.mp4');
  expect([whole.status, whole.headers.get('content-type'), await whole.text()]).toEqual([
    200,
    'video/mp4',
    '0123456789',
  ]);
  expect(whole.headers.get('accept-ranges')).toBe('bytes');
  const part = await get('a1/clip.mp4', { range: 'bytes=2-4' });
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
  expect((await get('a1/clip.mp4', { range: 'bytes=20-' })).status).toBe(416);
});

test('scores and heat map are given as they were kept', async () => {
  const heatmap = { rows: 1, columns: 2, values: [0, 255] };
  synthetic.feed.curves.set('a1', { points: [[5, 0.5]], heatmap });
  expect(await (await get('a1/scores')).json()).toEqual({ points: [[5, 0.5]] });
  expect(await (await get('a1/heatmap')).json()).toEqual(heatmap);
});

test.each([
  ['a1/clip.mp4', 'no-clip'],
  ['a1/heatmap', 'no-heatmap'],
  ['none/clip.mp4', 'unknown-alert'],
  ['none/scores', 'unknown-alert'],
  ['none/heatmap', 'unknown-alert'],
  ['..%2f..%2fpackage.json/clip.mp4', 'unknown-alert'],
  ['..%2fa1/scores', 'unknown-alert'],
  ['%2e%2e/clip.mp4', 'not-found'],
])('answers %s with 404 and the code %s', async (address, code) => {
  const answer = await get(address);
  expect([answer.status, await answer.json()]).toEqual([404, { code, message: expect.stringMatching(/./) }]);
});

test('an alert of which no scores were kept has none', async () => {
  expect(await (await get('a1/scores')).json()).toEqual({ points: [] });
});
