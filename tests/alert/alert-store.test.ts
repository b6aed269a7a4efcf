import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import Database from 'libsql';

import type { AlertQuery } from '../../src/alert/alert-query.ts';
import { whereOf } from '../../src/alert/alert-query.ts';
import { openAlertStore } from '../../src/alert/alert-store.ts';
import { readAlertFootage } from '../../src/alert/footage-file.ts';
import type { AlertFootage } from '../../src/alert/footage-file.ts';
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
  severity: 'medium',
  startAt: 1_795_477_000_123.25,
  peakAt: 1_795_477_001_000,
  endAt: 1_795_477_002_000,
  peakScore: 1.5,
  snapshot: `${id}.jpg`,
  snapshotAt: 1_795_477_001_000,
  verdict: null,
  group: null,
  isQuiet: false,
  hasClip: false,
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
  ['of one camera', { camera: ['yard'] }, ['d', 'b']],
  ['that started at or after a time', { from: 2000 }, ['d', 'c', 'b']],
  ['that started before a time', { to: 3000 }, ['b', 'a']],
  ['of a camera in a span of time', { camera: ['yard'], from: 2000, to: 4000 }, ['b']],
  ['the newest so many', { limit: 2 }, ['d', 'c']],
  ['of some cameras', { camera: ['yard', 'door', 'attic'] }, ['d', 'c', 'b', 'a']],
  ['of one kind', { kind: ['camera-down'] }, ['c']],
  ['of some kinds', { kind: ['camera-down', 'anomaly'] }, ['d', 'c', 'a']],
  ['of some severities', { severity: ['high', 'low'] }, ['c', 'b']],
  ['judged real', { verdict: 'real' }, ['a']],
  ['not judged', { verdict: 'none' }, ['d', 'c', 'b']],
  ['with a peak of at least so much', { minScore: 2 }, ['d', 'a']],
  ['older than another one', { before: 'c' }, ['b', 'a']],
  ['older than another one, of some kinds', { before: 'd', kind: ['anomaly'] }, ['a']],
  ['older than one that there is not', { before: 'nobody' }, []],
  ['of a camera there is none of', { camera: ["'; DROP TABLE alert; --"] }, []],
] satisfies [string, AlertQuery, string[]][])('lists alerts: %s', (_name, query, ids) => {
  withStore((store) => {
    for (const [id, camera, startAt, kind, severity, peakScore] of [
      ['b', 'yard', 2000, 'scene-change', 'low', 1],
      ['a', 'door', 1000, 'anomaly', 'medium', 2.5],
      ['d', 'yard', 4000, 'anomaly', 'medium', 2],
      ['c', 'door', 3000, 'camera-down', 'high', 1],
    ] as const) {
      store.save(alert(id, { camera, startAt, kind, severity, peakScore }));
    }
    store.setVerdict('a', 'real');
    expect(store.list(query).map(({ id }) => id)).toEqual(ids);
  });
});

test('alerts that started at the same time are paged through without one missing or coming twice', () => {
  withStore((store) => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) store.save(alert(id));
    const seen: string[] = [];
    for (let before: string | undefined; seen.length < 9;) {
      const page = store.list({ before, limit: 2 }).map(({ id }) => id);
      if (page.length === 0) break;
      seen.push(...page);
      before = page.at(-1);
    }
    expect(seen).toEqual(ids.toReversed());
  });
});

test('a timeline counts the alerts of each part of a span by camera and severity', () => {
  withStore((store) => {
    for (const [id, camera, startAt, severity] of [
      ['before', 'door', 999, 'low'],
      ['first', 'door', 1000, 'low'],
      ['second', 'door', 1099.5, 'low'],
      ['third', 'door', 1100, 'high'],
      ['last', 'yard', 1399.9, 'medium'],
      ['after', 'yard', 1400, 'medium'],
    ] as const)
      store.save(alert(id, { camera, startAt, severity }));
    const span = { from: 1000, to: 1400, buckets: 4 };
    const none = [0, 0, 0, 0];
    expect(store.timeline(span)).toEqual({
      from: 1000,
      to: 1400,
      bucketMs: 100,
      cameras: {
        door: { low: [2, 0, 0, 0], medium: none, high: [0, 1, 0, 0] },
        yard: { low: none, medium: [0, 0, 0, 1], high: none },
      },
    });
    expect(Object.keys(store.timeline({ ...span, severity: ['medium'] }).cameras)).toEqual(['yard']);
    expect(store.timeline({ ...span, kind: ['camera-down'] }).cameras).toEqual({});
    expect(Object.keys(store.timeline({ ...span, camera: ['door'] }).cameras)).toEqual(['door']);
  });
});

test('a timeline is counted, and several values are searched for, from an index alone and without sorting', () => {
  withStore((store) => store.save(alert('a')));
  const database = new Database(path.join(folder, 'alerts.db'));
  const plan = (sql: string): string =>
    (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .join('; ');
  try {
    const counted = 'SELECT camera, severity, group_concat(start_at) FROM alert INDEXED BY alert_timeline';
    expect(
      plan(`${counted} WHERE start_at >= 1 AND start_at < 2 AND +kind IN ('a', 'b') GROUP BY camera, severity`),
    ).toBe('SCAN alert USING COVERING INDEX alert_timeline');
    const several = whereOf({ kind: ['camera-down', 'camera-moved'], severity: ['high', 'low'], minScore: 2 });
    expect(
      plan(`SELECT * FROM alert WHERE ${several.sql.replaceAll('?', "'x'")} ORDER BY start_at DESC, id DESC LIMIT 100`),
    ).toBe('SCAN alert USING INDEX alert_search');
  } finally {
    database.close();
  }
});

test('removing alerts takes their files along, the oldest first, and leaves the others', () => {
  withStore((store) => {
    for (const [id, startAt] of [
      ['c', 3000],
      ['a', 1000],
      ['b', 2000],
    ] as const) {
      store.save(alert(id, { startAt }), Uint8Array.of(1));
      store.saveFootage(alert(id), footage(1));
      mkdirSync(path.dirname(store.files(id).clip), { recursive: true });
      writeFileSync(store.files(id).clip, 'clip');
    }
    store.save(alert('other', { camera: 'yard', startAt: 0 }), Uint8Array.of(1));
    expect(store.remove({ camera: ['door'] }, 2)).toEqual([
      alert('a', { startAt: 1000 }),
      alert('b', { startAt: 2000 }),
    ]);
    expect(store.list().map(({ id }) => id)).toEqual(['c', 'other']);
    expect(readdirSync(path.join(folder, 'snapshots')).sort()).toEqual(['c.jpg', 'other.jpg']);
    expect([files(), readdirSync(path.join(folder, 'clips'))]).toEqual([['c.frames'], ['c.mp4']]);
    expect(store.remove({ id: 'c' }, 10).map(({ id }) => id)).toEqual(['c']);
    expect(store.remove({ id: 'c' }, 10)).toEqual([]);
  });
});

test('an alert that was removed while it goes on does not come back', () => {
  withStore((store) => {
    store.save(alert('a', { endAt: null }));
    store.remove({ camera: ['door'] }, 10);
    expect(store.save(alert('a'), Uint8Array.of(1))).toBeUndefined();
    expect(store.setClip('a')).toBeUndefined();
    expect(store.save(alert('b'))).toEqual(alert('b'));
    expect(store.list().map(({ id }) => id)).toEqual(['b']);
    expect(readdirSync(path.join(folder, 'snapshots'))).toEqual([]);
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

test('a version-1 store is brought up to date: its alerts stay, nobody has judged them, and new ones can be', () => {
  const database = new Database(path.join(folder, 'alerts.db'));
  database.exec(`
    CREATE TABLE alert (
      id TEXT PRIMARY KEY, camera TEXT NOT NULL, kind TEXT NOT NULL, start_at REAL NOT NULL, peak_at REAL NOT NULL,
      end_at REAL, peak_score REAL NOT NULL, snapshot TEXT NOT NULL
    ) STRICT;
    CREATE INDEX alert_start ON alert (start_at);
    CREATE INDEX alert_camera_start ON alert (camera, start_at);
    CREATE INDEX alert_open ON alert (id) WHERE end_at IS NULL;
    INSERT INTO alert VALUES ('old', 'door', 'anomaly', 1795477000123.25, 1795477001000, 1795477002000, 1.5, 'old.jpg');
    INSERT INTO alert VALUES ('dark', 'door', 'scene-change', 1, 1, 2, 1, 'dark.jpg'), ('fire', 'door', 'anomaly', 0, 1, 2, 3, 'fire.jpg');
    PRAGMA user_version = 1`);
  database.close();
  withStore((store) => {
    expect(store.get('old')).toEqual(alert('old'));
    expect(store.list().map(({ id, severity }) => [id, severity])).toEqual([
      ['old', 'medium'],
      ['dark', 'low'],
      ['fire', 'high'],
    ]);
    expect(store.setVerdict('old', 'normal')).toEqual(alert('old', { verdict: 'normal' }));
    store.saveFootage(alert('old'), footage(2));
    expect(store.normalFootage('door')).toEqual([path.join(folder, 'footage/old.frames')]);
  });
});

test('a verdict is kept, told with every later change of the alert, and can be taken back', () => {
  withStore((store) => {
    expect(store.save(alert('a', { endAt: null }))?.verdict).toBeNull();
    expect(store.setVerdict('a', 'real')).toEqual(alert('a', { endAt: null, verdict: 'real' }));
    expect(store.save(alert('a'))).toEqual(alert('a', { verdict: 'real' }));
    expect(store.setVerdict('nobody', 'real')).toBeUndefined();
  });
  withStore((store) => {
    expect(store.get('a')?.verdict).toBe('real');
    expect(store.setVerdict('a', null)).toEqual(alert('a'));
  });
});

test('a clip is recorded once it is there, and stays when the alert changes', () => {
  withStore((store) => {
    store.save(alert('a', { endAt: null }));
    expect(store.setClip('a')).toEqual(alert('a', { endAt: null, hasClip: true }));
    expect(store.save(alert('a'))).toEqual(alert('a', { hasClip: true }));
    expect(store.setClip('nobody')).toBeUndefined();
  });
});

test('what an alert was when it began stays, its severity grows', () => {
  withStore((store) => {
    const first = alert('a', { group: 'g', isQuiet: true, severity: 'low' });
    store.save(first);
    expect(store.save(alert('a', { severity: 'high' }))).toEqual({ ...first, severity: 'high' });
  });
});

/** 4 x 2 gray frames, each full of its index: with its header a file of 70 to 80 bytes and 8 a frame. */
const footage = (count: number): AlertFootage => ({
  width: 4,
  height: 2,
  format: 'gray',
  framesPerSecond: 5,
  frames: Array.from({ length: count }, (_, index) => new Uint8Array(8).fill(index)),
});
const files = (): string[] => readdirSync(path.join(folder, 'footage')).sort();

test('normal footage is that of one camera and judged normal, oldest first, and can be read', async () => {
  const found = withStore((store) => {
    for (const [id, camera, verdict, startAt] of [
      ['late', 'door', 'normal', 4000],
      ['early', 'door', 'normal', 1000],
      ['real', 'door', 'real', 2000],
      ['open', 'door', null, 3000],
      ['other', 'yard', 'normal', 1000],
    ] as const) {
      store.save(alert(id, { camera, startAt }));
      store.saveFootage(alert(id, { camera }), footage(3));
      store.setVerdict(id, verdict);
    }
    store.save(alert('bare', { startAt: 500 }));
    store.setVerdict('bare', 'normal');
    return store.normalFootage('door');
  });
  expect(found.map((file) => path.basename(file))).toEqual(['early.frames', 'late.frames']);
  expect((await readAlertFootage(found[0]!)).frames.map(([byte]) => byte)).toEqual([0, 1, 2]);
  rmSync(found[0]!);
  withStore((store) => expect(store.normalFootage('door')).toEqual([found[1]]));
});

test.each([
  ['so many alerts', { alerts: 2, bytes: 1e6 }],
  ['so many bytes', { alerts: 200, bytes: 300 }],
])('of each camera only the newest footage is kept: %s', (_name, limits) => {
  const store = openAlertStore(folder, limits);
  for (const [index, id] of ['a', 'b', 'c'].entries()) {
    for (const camera of ['door', 'yard']) {
      store.save(alert(`${camera}-${id}`, { camera, startAt: index }));
      store.saveFootage(alert(`${camera}-${id}`, { camera }), footage(7));
    }
  }
  store.close();
  expect(files()).toEqual(['door-b.frames', 'door-c.frames', 'yard-b.frames', 'yard-c.frames']);
});

test('footage of real alerts goes with the next footage of the camera, not before, and takes no place from others', () => {
  const store = openAlertStore(folder, { alerts: 2, bytes: 1e6 });
  const end = (id: string, startAt: number): void => {
    store.save(alert(id, { startAt }));
    store.saveFootage(alert(id), footage(2));
  };
  end('a', 1);
  end('b', 2);
  store.setVerdict('b', 'real');
  expect(files()).toEqual(['a.frames', 'b.frames']);
  end('c', 3);
  expect(files()).toEqual(['a.frames', 'c.frames']);
  store.setVerdict('b', 'normal');
  expect(store.normalFootage('door')).toEqual([]);
  store.close();
});

test('footage that a crash left half-written or unrecorded is removed when the store is opened, and nothing else', () => {
  withStore((store) => {
    store.save(alert('a'));
    store.saveFootage(alert('a'), footage(2));
  });
  for (const name of ['a.frames.tmp', 'lost.frames', 'notes.txt'])
    writeFileSync(path.join(folder, 'footage', name), '');
  withStore(() => expect(files()).toEqual(['a.frames', 'notes.txt']));
});

test('footage that cannot be written is a StoreError that names the alert, and leaves no half of it', () => {
  withStore((store) => {
    store.save(alert('a'));
    mkdirSync(path.join(folder, 'footage/a.frames'));
    expect(() => store.saveFootage(alert('a'), footage(2))).toThrow(
      expect.objectContaining({ code: 'write-failed', message: expect.stringContaining('the footage of alert a') }),
    );
    expect(files()).toEqual(['a.frames']);
    store.setVerdict('a', 'normal');
    expect(store.normalFootage('door')).toEqual([]);
  });
});

test('a snapshot is looked for in its folder only, whatever its name in the database', () => {
  withStore((store) => {
    const place = path.dirname(store.snapshotPath(alert('a')));
    for (const snapshot of ['../../auth.db', '/etc/passwd', 'a/../../b.jpg'])
      expect(path.dirname(store.snapshotPath({ snapshot }))).toBe(place);
  });
});
