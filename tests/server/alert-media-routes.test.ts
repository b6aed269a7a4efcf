import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { alertFiles } from '../../src/alert/alert-files.ts';
import { startSynthetic } from './synthetic-feed.ts';

let synthetic: Awaited<ReturnType<typeof startSynthetic>>;
beforeEach(async () => {
  synthetic = await startSynthetic();
});
afterEach(() => synthetic.close());

const get = async (address: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${synthetic.server.port}/api/alerts/${address}`, { headers });
const keep = (what: 'clip' | 'scores' | 'heatmap', content: string): void => {
  const file = alertFiles(synthetic.feed.folder, 'a1')[what];
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
};

test('a clip is given whole, or the bytes of it that are asked for', async () => {
  keep('clip', '0123456789');
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
  keep('scores', '{"points":[[5,0.5]]}');
  keep('heatmap', JSON.stringify(heatmap));
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

test('scores that cannot be read are an error that names no file, and the log says which', async () => {
  keep('scores', '{');
  const answer = await get('a1/scores');
  expect([answer.status, JSON.stringify(await answer.json())]).toEqual([500, expect.not.stringContaining('.json')]);
  expect(synthetic.feed.errors[0]?.message).toMatch(/a1\.json: this is no JSON/);
});
