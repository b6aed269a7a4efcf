import type Database from 'libsql';

import { StoreError } from '../core/errors.ts';

/** Step n takes a database from version n to n + 1 (PRAGMA user_version). Append; never change one that shipped. */
const migrations = [
  `CREATE TABLE alert (
     id TEXT PRIMARY KEY,
     camera TEXT NOT NULL,
     kind TEXT NOT NULL,
     start_at REAL NOT NULL,
     peak_at REAL NOT NULL,
     end_at REAL,
     peak_score REAL NOT NULL,
     snapshot TEXT NOT NULL
   ) STRICT;
   CREATE INDEX alert_start ON alert (start_at);
   CREATE INDEX alert_camera_start ON alert (camera, start_at);
   CREATE INDEX alert_open ON alert (id) WHERE end_at IS NULL;`,
  // footage_bytes: the size of the alert's footage file, 0 when there is none.
  `ALTER TABLE alert ADD COLUMN verdict TEXT CHECK (verdict IN ('normal', 'real'));
   ALTER TABLE alert ADD COLUMN footage_bytes INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX alert_footage ON alert (camera, start_at) WHERE footage_bytes > 0;`,
  // The severities as src/alert/severity.ts gave them then. alert_timeline holds all that a timeline counts.
  `ALTER TABLE alert ADD COLUMN severity TEXT NOT NULL DEFAULT 'low' CHECK (severity IN ('low', 'medium', 'high'));
   ALTER TABLE alert ADD COLUMN group_id TEXT;
   ALTER TABLE alert ADD COLUMN is_quiet INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE alert ADD COLUMN has_clip INTEGER NOT NULL DEFAULT 0;
   UPDATE alert SET severity = CASE WHEN peak_score >= 3 THEN 'high' WHEN peak_score >= 1.5 THEN 'medium' ELSE 'low' END
     WHERE kind = 'anomaly';
   DROP INDEX alert_start;
   CREATE INDEX alert_timeline ON alert (start_at, camera, kind, severity);
   CREATE INDEX alert_kind_start ON alert (kind, start_at);
   CREATE INDEX alert_severity_start ON alert (severity, start_at);
   CREATE INDEX alert_verdict_start ON alert (verdict, start_at) WHERE verdict IS NOT NULL;`,
  // file_bytes: the size of all files of the alert, null while that is not known.
  `ALTER TABLE alert ADD COLUMN file_bytes INTEGER;
   CREATE INDEX alert_unmeasured ON alert (end_at) WHERE file_bytes IS NULL;
   CREATE INDEX alert_retention ON alert (verdict IS 'real', start_at, file_bytes);`,
  // alert_timeline is in the order that a timeline is counted in; alert_search has all that is searched for, in order of time.
  `DROP INDEX alert_timeline;
   CREATE INDEX alert_timeline ON alert (camera, severity, start_at, kind);
   CREATE INDEX alert_search ON alert (start_at, id, camera, kind, severity, verdict, peak_score);`,
  `ALTER TABLE alert ADD COLUMN snapshot_at REAL;
   UPDATE alert SET snapshot_at = peak_at WHERE snapshot <> '';`,
];

/** Brings the database to the newest version, each step a transaction. Throws StoreError when it is newer than we are. */
export const migrate = (database: Database.Database, file: string): void => {
  const version = Number(database.prepare('PRAGMA user_version').pluck().all()[0]);
  if (version > migrations.length) {
    throw new StoreError(
      'unreadable',
      `${file}: a newer Nightjar wrote this alert store (version ${version}, expected at most ${migrations.length}). Update Nightjar, or set another storage folder.`,
    );
  }
  for (const [index, step] of migrations.slice(version).entries()) {
    database.exec(`BEGIN; ${step} PRAGMA user_version = ${version + index + 1}; COMMIT`);
  }
};
