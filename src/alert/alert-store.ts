import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';
import type { Alert, Verdict } from '../core/status.ts';
import { writeWholeSync } from '../files/write-whole.ts';
import { alertFiles } from './alert-files.ts';
import type { AlertFile } from './alert-files.ts';
import { countTimeline, whereOf } from './alert-query.ts';
import type { AlertIdFilter, AlertQuery, Timeline, TimelineQuery } from './alert-query.ts';
import { alertOf } from './alert-row.ts';
import type { AlertFootage } from './footage-file.ts';
import { FootageStore, footageLimits, normalFootage } from './footage-store.ts';
import type { FootageLimits } from './footage-store.ts';
import { migrate } from './migrate.ts';

/** An alert as it is when it is recorded: nobody has judged it, and its clip comes later. */
export type DetectedAlert = Omit<Alert, 'verdict' | 'hasClip'>;

/** The alerts of all cameras, in FOLDER/alerts.db (SQLite), FOLDER/snapshots/*.jpg and FOLDER/footage/*.frames. */
export interface AlertStore {
  /**
   * Records the alert, new or changed, and gives it back. Of one that is there already only peak, severity, end and
   * snapshot change. Undefined when it was removed: it does not come back. When it returns, the alert survives a kill -9
   * of the process, with `jpeg` as its snapshot: the picture is in place before the row is. Throws
   * StoreError('write-failed'); a row is tried for even when its picture could not be written.
   */
  save(alert: DetectedAlert, jpeg?: Uint8Array): Alert | undefined;
  /**
   * Keeps the frames around a recorded alert. Of each camera the footage of the newest 200 alerts is kept, at most 1 GiB;
   * older footage, and that of alerts judged `real`, is removed here. Throws StoreError('write-failed').
   */
  saveFootage(alert: Pick<Alert, 'id' | 'camera'>, footage: AlertFootage): void;
  /** Records what a person said of an alert; gives it back, undefined when there is none. Throws StoreError('write-failed'). */
  setVerdict(id: string, verdict: Verdict | null): Alert | undefined;
  /** Records that there is a clip of an alert; gives it back, undefined when there is none. Throws StoreError('write-failed'). */
  setClip(id: string): Alert | undefined;
  /** Absolute paths for readAlertFootage: what was judged `normal`, oldest first. Throws StoreError('unreadable'). */
  normalFootage(camera: string): string[];
  /** Newest first, 100 unless `limit` says otherwise. Throws StoreError('unreadable'). */
  list(query?: AlertQuery): Alert[];
  /** Throws StoreError('unreadable'). */
  timeline(query: TimelineQuery): Timeline;
  get(id: string): Alert | undefined;
  /** The absolute path of the alert's JPEG. */
  snapshotPath(alert: Pick<Alert, 'snapshot'>): string;
  /** The absolute paths of what may be kept of an alert; not every file need be there. */
  files(id: string): Record<AlertFile, string>;
  /**
   * Removes alerts and all files of theirs, the oldest first (`real-last`: those judged real after all others) and at most so many, and gives back what there was. Files go
   * before rows, so that a crash leaves none behind that nobody knows of. Throws StoreError('write-failed').
   */
  remove(filter: AlertIdFilter, limit: number, order?: 'oldest' | 'real-last'): Alert[];
  /** Makes an alert one of a group; gives it back, undefined when there is none. Throws StoreError('write-failed'). */
  setGroup(id: string, group: string): Alert | undefined;
  /**
   * Looks at the files of so many alerts that ended before a time and have not been looked at since they changed; says how
   * many there were. Throws StoreError('write-failed').
   */
  measure(endedBefore: number, limit: number): number;
  /** The size of the files of all alerts that were measured. Throws StoreError('unreadable'). */
  bytes(): number;
  close(): void;
}

const defaultLimit = 100;

/** Another process that holds the database is waited for so long before a call fails. */
const busyMs = 2000;

/**
 * Opens or makes the store, for one process at a time. Alerts that a crash left open are closed at their peak, the last time known to belong to
 * them. Throws StoreError('unreadable') naming the file when it is no alert database or a newer version wrote it.
 */
export const openAlertStore = (folder: string, limits = footageLimits): AlertStore => {
  const file = databaseIn(folder);
  const snapshots = path.resolve(folder, 'snapshots');
  const attempt = attemptsOn(file);
  /** Of each camera and kind the newest alert that was removed: no other one can still be going on. */
  const removed = new Map<string, Alert>();
  const kindOf = ({ camera, kind }: Pick<Alert, 'camera' | 'kind'>): string => `${kind} ${camera}`;
  const { database, footage, save, judge, markClip, byId, ...others } = attempt(
    'unreadable',
    'open the alert store',
    () => {
      mkdirSync(snapshots, { recursive: true });
      return prepare(file, limits);
    },
  );
  const { setGroup, unmeasured, setBytes, allBytes } = others;
  const snapshotPath = ({ snapshot }: Pick<Alert, 'snapshot'>): string =>
    // Never elsewhere, whatever is in a database that came from somewhere.
    path.join(snapshots, path.basename(snapshot));
  return {
    save: (alert, jpeg) =>
      attempt('write-failed', `save alert ${alert.id}`, () => {
        const { id, camera, kind, severity, startAt, peakAt, endAt, peakScore, snapshot, snapshotAt } = alert;
        if (removed.get(kindOf(alert))?.id === id) return undefined;
        let row: unknown;
        try {
          if (jpeg) writeWholeSync(snapshotPath(alert), [jpeg]);
        } finally {
          const values = [id, camera, kind, severity, startAt, peakAt, endAt, peakScore, snapshot, snapshotAt];
          [row] = save.all(...values, alert.group, Number(alert.isQuiet));
        }
        return alertOf(row);
      }),
    saveFootage: (alert, frames) =>
      attempt('write-failed', `keep the footage of alert ${alert.id}`, () => footage.save(alert, frames)),
    setVerdict: (id, verdict) =>
      attempt('write-failed', `judge alert ${id}`, () => judge.all(verdict, id).map(alertOf)[0]),
    setClip: (id) => attempt('write-failed', `record the clip of alert ${id}`, () => markClip.all(id).map(alertOf)[0]),
    normalFootage: (camera) =>
      attempt('unreadable', 'find normal footage', () => normalFootage(database, footageFolderOf(file), camera)),
    list: ({ limit = defaultLimit, ...query } = {}) =>
      attempt('unreadable', 'list alerts', () => {
        const { sql, values } = whereOf(query);
        return database
          .prepare(`SELECT * FROM alert WHERE ${sql} ORDER BY start_at DESC, id DESC LIMIT ?`)
          .all(...values, limit)
          .map(alertOf);
      }),
    timeline: (query) => attempt('unreadable', 'count alerts', () => countTimeline(database, query)),
    get: (id) => attempt('unreadable', `read alert ${id}`, () => byId.all(id).map(alertOf)[0]),
    snapshotPath,
    files: (id) => alertFiles(path.dirname(file), id),
    remove: (filter, limit, order = 'oldest') =>
      attempt('write-failed', 'remove alerts', () => {
        const { sql, values } = whereOf(filter);
        const oldest = database
          .prepare(
            `SELECT * FROM alert WHERE ${sql} ORDER BY ${order === 'oldest' ? '' : "verdict IS 'real', "}start_at, id LIMIT ?`,
          )
          .all(...values, limit)
          .map(alertOf);
        for (const { id } of oldest)
          for (const one of Object.values(alertFiles(path.dirname(file), id))) rmSync(one, { force: true });
        database
          .prepare('DELETE FROM alert WHERE id IN (SELECT value FROM json_each(?))')
          .run(JSON.stringify(oldest.map(({ id }) => id)));
        for (const alert of oldest) {
          const before = removed.get(kindOf(alert));
          if (!before || before.startAt <= alert.startAt) removed.set(kindOf(alert), alert);
        }
        return oldest;
      }),
    setGroup: (id, group) =>
      attempt('write-failed', `group alert ${id}`, () => setGroup.all(group, id).map(alertOf)[0]),
    measure: (endedBefore, limit) =>
      attempt('write-failed', 'measure alerts', () => {
        const ids = unmeasured.all(endedBefore, limit) as string[];
        for (const id of ids) {
          const sizes = Object.values(alertFiles(path.dirname(file), id)).map(sizeOf);
          setBytes.run(
            sizes.reduce((sum, size) => sum + size, 0),
            id,
          );
        }
        return ids.length;
      }),
    bytes: () => attempt('unreadable', 'measure alerts', () => Number(allBytes.all()[0])),
    close: () => void database.close(),
  };
};

/**
 * What `normalFootage` of the store in `folder` gives, without opening it: another process may be using it, and to open it
 * closes the alerts that are going on. Nothing where there is no store. Throws StoreError('unreadable').
 */
export const normalFootageIn = (folder: string, camera: string): string[] => {
  const file = databaseIn(folder);
  if (!existsSync(file)) return [];
  return attemptsOn(file)('unreadable', 'find normal footage', () => {
    const database = new Database(file, { timeout: busyMs });
    try {
      return normalFootage(database, footageFolderOf(file), camera);
    } finally {
      database.close();
    }
  });
};

/** 0 for a file that is not there. */
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const databaseIn = (folder: string): string => path.resolve(folder, 'alerts.db');
const footageFolderOf = (file: string): string => path.join(path.dirname(file), 'footage');

/** Runs something on the database `file`; throws StoreError, naming both. */
const attemptsOn =
  (file: string) =>
  <T>(code: StoreError['code'], what: string, run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      throw new StoreError(code, `${file}: cannot ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  };

/** WAL with synchronous NORMAL: a commit survives the death of the process; a power cut may lose the last ones. */
const prepare = (file: string, limits: FootageLimits) => {
  const database = new Database(file, { timeout: busyMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(database, file);
    database.exec('UPDATE alert SET end_at = peak_at WHERE end_at IS NULL');
    return {
      database,
      footage: new FootageStore(database, footageFolderOf(file), limits),
      save: database.prepare(
        `INSERT INTO alert (id, camera, kind, severity, start_at, peak_at, end_at, peak_score, snapshot, snapshot_at,
         group_id, is_quiet) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET severity = excluded.severity,
         peak_at = excluded.peak_at, end_at = excluded.end_at, peak_score = excluded.peak_score,
         snapshot = excluded.snapshot, snapshot_at = excluded.snapshot_at, file_bytes = NULL RETURNING *`,
      ),
      judge: database.prepare('UPDATE alert SET verdict = ? WHERE id = ? RETURNING *'),
      markClip: database.prepare('UPDATE alert SET has_clip = 1, file_bytes = NULL WHERE id = ? RETURNING *'),
      setGroup: database.prepare('UPDATE alert SET group_id = ? WHERE id = ? RETURNING *'),
      unmeasured: database
        .prepare('SELECT id FROM alert WHERE file_bytes IS NULL AND end_at < ? ORDER BY end_at LIMIT ?')
        .pluck(),
      setBytes: database.prepare('UPDATE alert SET file_bytes = ? WHERE id = ?'),
      allBytes: database.prepare('SELECT coalesce(sum(file_bytes), 0) FROM alert').pluck(),
      byId: database.prepare('SELECT * FROM alert WHERE id = ?'),
    };
  } catch (error) {
    database.close();
    throw error;
  }
};
