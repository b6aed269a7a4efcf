import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { AlertMediaFiles } from '../../src/alert/alert-media-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-media-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('scores and heat map come back as they were kept; of an alert without any there are no points', () => {
  const files = new AlertMediaFiles(folder, () => false);
  const curve = { points: [[1.5, 2] as [number, number]], heatmap: { rows: 1, columns: 2, values: [0, 255] } };
  files.saveCurve({ id: 'a' }, curve);
  expect(files.readCurve({ id: 'a' })).toEqual(curve);
  expect(files.readCurve({ id: 'b' })).toEqual({ points: [] });
});

test('a damaged file is named', () => {
  const files = new AlertMediaFiles(folder, () => false);
  writeFileSync(files.curvePath({ id: 'a' }), '{');
  expect(() => files.readCurve({ id: 'a' })).toThrow(/a\.json: cannot read the scores of alert a/);
});

test('unfinished files go at the start, and clips whose alert does not know of them; other files stay', () => {
  for (const name of ['clips', 'curves']) mkdirSync(path.join(folder, name));
  const names = [
    'clips/.a.ts',
    'clips/.a.mp4',
    'clips/lost.mp4',
    'clips/known.mp4',
    'clips/notes.txt',
    'curves/a.json.tmp',
  ];
  for (const name of names) writeFileSync(path.join(folder, name), '');
  const files = new AlertMediaFiles(folder, (id) => id === 'known');
  expect(readdirSync(path.join(folder, 'clips')).sort()).toEqual(['known.mp4', 'notes.txt']);
  expect(readdirSync(path.join(folder, 'curves'))).toEqual([]);
  expect(files.clip({ id: 'known' })).toBe(path.join(folder, 'clips/known.mp4'));
  expect(files.clip({ id: 'lost' })).toBeUndefined();
  files.removeClip({ id: 'known' });
  expect(existsSync(path.join(folder, 'clips/known.mp4'))).toBe(false);
});
