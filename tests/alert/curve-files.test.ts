import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { alertFiles } from '../../src/alert/alert-files.ts';
import { prepareMedia, readCurve, saveCurve } from '../../src/alert/curve-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-media-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('scores and heat map come back as they were kept; of an alert without any there are no points', () => {
  prepareMedia(folder, () => false);
  const curve = { points: [[1.5, 2] as [number, number]], heatmap: { rows: 1, columns: 2, values: [0, 255] } };
  saveCurve(alertFiles(folder, 'a'), curve);
  expect(readCurve(alertFiles(folder, 'a'))).toEqual(curve);
  expect(readCurve(alertFiles(folder, 'b'))).toEqual({ points: [] });
});

test('a damaged file is named', () => {
  prepareMedia(folder, () => false);
  writeFileSync(alertFiles(folder, 'a').scores, '{');
  expect(() => readCurve(alertFiles(folder, 'a'))).toThrow(/a\.json: this is no JSON/);
});

test('unfinished files go at the start, and clips whose alert does not know of them; other files stay', () => {
  for (const name of ['clips', 'scores', 'heatmaps']) mkdirSync(path.join(folder, name));
  const left = ['clips/.a.ts', 'clips/.a.mp4', 'clips/lost.mp4', 'scores/a.json.tmp', 'heatmaps/a.json.tmp'];
  const kept = ['clips/known.mp4', 'clips/notes.txt', 'scores/a.json', 'heatmaps/a.json'];
  for (const name of [...left, ...kept]) writeFileSync(path.join(folder, name), '');
  expect(prepareMedia(folder, (id) => id === 'known')).toBe(path.join(folder, 'clips'));
  expect(left.filter((name) => existsSync(path.join(folder, name)))).toEqual([]);
  expect(kept.filter((name) => !existsSync(path.join(folder, name)))).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['clips', 'heatmaps', 'scores']);
});
