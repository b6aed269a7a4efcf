import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'libsql';

import { openAlertStore } from '../../src/alert/alert-store.ts';
import type { Alert } from '../../src/core/status.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-alerts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const alert = (id: string, changes: Partial<Alert> = {}): Alert => ({
  id,
  camera: 'door',
  kind: 'anomaly',
  startAt: 1_795_477_000_123.25,
  peakAt: 1_795_477_001_000,
  endAt: 1_795_477_002_000,
  peakScore: 1.5,
  snapshot: `${id}.jpg`,
  verdict: null,
  ...changes,
});
const withStore = <T>(use: (store: ReturnType<typeof openAlertStore>) => T): T => {
  const store = openAlertStore(folder);
  try {
    return use(store);
  } finally {
    store.close();
  }
};

test('an alert and its snapshot are found again after the store was closed', () => {
  withStore((store) => store.save(alert('a'), Uint8Array.from([1, 2, 3])));
  withStore((store) => {
    expect(store.get('a')).toEqual(alert('a'));
    expect([...readFileSync(store.snapshotPath(alert('a')))]).toEqual([1, 2, 3]);
    expect(readdirSync(path.join(folder, 'snapshots'))).toEqual(['a.jpg']);
  });
});

test('saving an alert again changes its peak, its end and its picture', () => {
  withStore((store) => {
    store.save(alert('a', { endAt: null }), Uint8Array.from([1]));
    const later = alert('a', { peakAt: 1_795_477_001_500, peakScore: 2, endAt: 1_795_477_009_000 });
    store.save(later, Uint8Array.from([2]));
    store.save(later);
    expect(store.list()).toEqual([later]);
    expect([...readFileSync(store.snapshotPath(later))]).toEqual([2]);
  });
});

test.each([
  ['all, newest first', {}, ['d', 'c', 'b', 'a']],
  ['of one camera', { camera: 'yard' }, ['d', 'b']],
  ['that started at or after a time', { from: 2000 }, ['d', 'c', 'b']],
  ['that started before a time', { to: 3000 }, ['b', 'a']],
  ['of a camera in a span of time', { camera: 'yard', from: 2000, to: 4000 }, ['b']],
  ['the newest so many', { limit: 2 }, ['d', 'c']],
  ['of a camera there is none of', { camera: "'; DROP TABLE alert; --" }, []],
])('lists alerts: %s', (_name, query, ids) => {
  withStore((store) => {
    for (const [id, camera, startAt] of [
      ['b', 'yard', 2000],
      ['a', 'door', 1000],
      ['d', 'yard', 4000],
      ['c', 'door', 3000],
    ] as const) {
      store.save(alert(id, { camera, startAt }));
    }
    expect(store.list(query).map(({ id }) => id)).toEqual(ids);
  });
});

test('an id that was never saved gives nothing', () => {
  withStore((store) => expect(store.get('nobody')).toBeUndefined());
});

test('an alert that a crash left open is closed at its peak when the store is opened again', () => {
  withStore((store) => store.save(alert('a', { endAt: null })));
  withStore((store) => expect(store.get('a')?.endAt).toBe(alert('a').peakAt));
});

test('a file that is no database is an error that names it', () => {
  writeFileSync(path.join(folder, 'alerts.db'), 'no database at all '.repeat(500));
  expect(() => openAlertStore(folder)).toThrow(
    expect.objectContaining({ code: 'unreadable', message: expect.stringContaining(path.join(folder, 'alerts.db')) }),
  );
});

test('a store that a newer version wrote is refused and not touched', () => {
  withStore((store) => store.save(alert('a', { endAt: null })));
  const database = new Database(path.join(folder, 'alerts.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => openAlertStore(folder)).toThrow('a newer Nightjar wrote this alert store (version 99');
});

test('a folder that cannot be made is an error that names the store', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => openAlertStore(path.join(folder, 'file'))).toThrow(expect.objectContaining({ code: 'unreadable' }));
});

test('an alert whose picture cannot be written is recorded all the same, and the failure is told', () => {
  withStore((store) => {
    // A folder in the place of the picture stops its rename, for root as well.
    mkdirSync(store.snapshotPath(alert('a')));
    expect(() => store.save(alert('a'), Uint8Array.from([1]))).toThrow(
      expect.objectContaining({ code: 'write-failed', message: expect.stringContaining('cannot save alert a') }),
    );
    expect(store.get('a')).toEqual(alert('a'));
  });
});

test('a database held by another process fails the write with a StoreError', () => {
  withStore((store) => {
    const other = new Database(path.join(folder, 'alerts.db'));
    other.exec('BEGIN IMMEDIATE');
    try {
      expect(() => store.save(alert('a'))).toThrow(expect.objectContaining({ code: 'write-failed' }));
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    store.save(alert('a'));
    expect(store.get('a')).toEqual(alert('a'));
  });
});
