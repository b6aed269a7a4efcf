import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openAlertStore } from '../../src/alert/alert-store.ts';
import type { AlertStore } from '../../src/alert/alert-store.ts';
import { retain } from '../../src/alert/retention.ts';
import { alertOf } from '../support/alert-of.ts';

let folder: string;
let store: AlertStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-retention-'));
  store = openAlertStore(folder);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const dayMs = 86_400_000;
const now = 100 * dayMs;
/** An alert of so many days ago, with a picture of so many megabytes. */
const save = (id: string, days: number, megabytes = 0): void => {
  const startAt = now - days * dayMs;
  store.save(alertOf(id, { startAt, peakAt: startAt, endAt: startAt + 1000 }), new Uint8Array(megabytes * 2 ** 20));
};
const run = async (limits: { days?: number; megabytes?: number }, pause = async () => true): Promise<string[]> => {
  const removed: string[] = [];
  const onRemoved = ({ id }: { id: string }): void => void removed.push(id);
  await retain(store, { days: 90, megabytes: 100, ...limits }, { now, pause, onRemoved });
  expect(readdirSync(path.join(folder, 'snapshots'))).toHaveLength(store.list({ limit: 1000 }).length);
  return removed;
};

test('alerts that are too old are removed, those judged real as well', async () => {
  save('new', 1);
  save('old', 3);
  save('real', 2.5);
  store.setVerdict('real', 'real');
  expect(await run({ days: 2 })).toEqual(['old', 'real']);
  expect(await run({ days: 2 })).toEqual([]);
});

test('alerts that take too much space are removed, the oldest first and those judged real last', async () => {
  save('real', 50, 6);
  for (let days = 49; days > 29; days--) save(`${days} days`, days, 1);
  store.setVerdict('real', 'real');
  // 26 MB, of which 10 and 10 are removed.
  const removed = await run({ megabytes: 15 });
  expect(removed).toEqual(Array.from({ length: 20 }, (_, at) => `${49 - at} days`));
  expect(store.bytes()).toBe(6 * 2 ** 20);
  expect(await run({ megabytes: 5 })).toEqual(['real']);
});

test('what is written later counts from then on', async () => {
  save('a', 10, 1);
  expect(await run({})).toEqual([]);
  expect(store.bytes()).toBe(2 ** 20);
  save('a', 10, 3);
  await run({});
  expect(store.bytes()).toBe(3 * 2 ** 20);
  store.saveFootage(
    { id: 'a', camera: 'door' },
    { width: 1024, height: 1024, format: 'gray', framesPerSecond: 5, frames: [new Uint8Array(2 ** 20)] },
  );
  await run({});
  expect(store.bytes()).toBeGreaterThan(4 * 2 ** 20);
});

test('an alert that is new or goes on is left however little space there is', async () => {
  save('now', 0, 2);
  expect(await run({ megabytes: 1 })).toEqual([]);
});

test('stops between two batches when it is told to', async () => {
  for (let at = 0; at < 250; at++) save(`a${at}`, 95);
  expect(await run({}, async () => false)).toHaveLength(100);
  expect(await run({})).toHaveLength(150);
});
