import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';
import type { Alert } from '../core/status.ts';
import { migrate } from './migrate.ts';

interface AlertQuery {
  readonly camera?: string | undefined;
  /** Only alerts that started at or after `from`, and before `to`: milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit?: number | undefined;
}

/** The alerts of all cameras, in FOLDER/alerts.db (SQLite) and FOLDER/snapshots/*.jpg. */
export interface AlertStore {
  /**
   * Records the alert, new or changed. When it returns, the alert survives a kill -9 of the process, with `jpeg` as its
   * snapshot: the picture is in place before the row is. Throws StoreError('write-failed'); a row is tried for even when
   * its picture could not be written.
   */
  save(alert: Alert, jpeg?: Uint8Array): void;
  /** Newest first. Throws StoreError('unreadable'). */
  list(query?: AlertQuery): Alert[];
  get(id: string): Alert | undefined;
  /** The absolute path of the alert's JPEG. */
  snapshotPath(alert: Pick<Alert, 'snapshot'>): string;
  close(): void;
}

const defaultLimit = 100;

/** Another process that holds the database is waited for so long before a call fails. */
const busyMs = 2000;

interface AlertRow {
  readonly id: string;
  readonly camera: string;
  readonly kind: 'anomaly';
  readonly start_at: number;
  readonly peak_at: number;
  readonly end_at: number | null;
  readonly peak_score: number;
  readonly snapshot: string;
}

/**
 * Opens or makes the store, for one process at a time. Alerts that a crash left open are closed at their peak, the last time known to belong to
 * them. Throws StoreError('unreadable') naming the file when it is no alert database or a newer version wrote it.
 */
export const openAlertStore = (folder: string): AlertStore => {
  const file = path.resolve(folder, 'alerts.db');
  const snapshots = path.resolve(folder, 'snapshots');
  const attempt = <T>(code: StoreError['code'], what: string, run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof StoreError) throw cause;
      throw new StoreError(code, `${file}: cannot ${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  };
  const { database, save, byId, newest, newestOfCamera } = attempt('unreadable', 'open the alert store', () => {
    mkdirSync(snapshots, { recursive: true });
    return prepare(file);
  });
  const snapshotPath = ({ snapshot }: Pick<Alert, 'snapshot'>): string => path.join(snapshots, snapshot);
  return {
    save: (alert, jpeg) =>
      attempt('write-failed', `save alert ${alert.id}`, () => {
        const { id, camera, kind, startAt, peakAt, endAt, peakScore, snapshot } = alert;
        try {
          if (jpeg) writeWhole(snapshotPath(alert), jpeg);
        } finally {
          save.run(id, camera, kind, startAt, peakAt, endAt, peakScore, snapshot);
        }
      }),
    list: ({ camera, from = -Infinity, to = Infinity, limit = defaultLimit } = {}) =>
      attempt('unreadable', 'list alerts', () =>
        (camera === undefined ? newest.all(from, to, limit) : newestOfCamera.all(camera, from, to, limit)).map(alertOf),
      ),
    get: (id) => attempt('unreadable', `read alert ${id}`, () => byId.all(id).map(alertOf)[0]),
    snapshotPath,
    close: () => void database.close(),
  };
};

/** WAL with synchronous NORMAL: a commit survives the death of the process; a power cut may lose the last ones. */
const prepare = (file: string) => {
  const database = new Database(file, { timeout: busyMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    migrate(database, file);
    database.exec('UPDATE alert SET end_at = peak_at WHERE end_at IS NULL');
    return {
      database,
      save: database.prepare(
        `INSERT INTO alert (id, camera, kind, start_at, peak_at, end_at, peak_score, snapshot)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
         peak_at = excluded.peak_at, end_at = excluded.end_at, peak_score = excluded.peak_score`,
      ),
      byId: database.prepare('SELECT * FROM alert WHERE id = ?'),
      newest: database.prepare(
        'SELECT * FROM alert WHERE start_at >= ? AND start_at < ? ORDER BY start_at DESC LIMIT ?',
      ),
      newestOfCamera: database.prepare(
        'SELECT * FROM alert WHERE camera = ? AND start_at >= ? AND start_at < ? ORDER BY start_at DESC LIMIT ?',
      ),
    };
  } catch (error) {
    database.close();
    throw error;
  }
};

/** A reader of `file` sees the old picture or the new one, never half of one. */
const writeWhole = (file: string, bytes: Uint8Array): void => {
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, file);
};

const alertOf = (row: unknown): Alert => {
  const { id, camera, kind, start_at, peak_at, end_at, peak_score, snapshot } = row as AlertRow;
  return {
    id,
    camera,
    kind,
    startAt: start_at,
    peakAt: peak_at,
    endAt: end_at,
    peakScore: peak_score,
    snapshot,
  };
};
