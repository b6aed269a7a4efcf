import type Database from 'libsql';

import { StoreError } from '../core/errors.ts';

/** Step n takes a database from version n to n + 1 (PRAGMA user_version). Append; never change one that shipped. */
const migrations = [
  // Of sessions and tokens only SHA-256 digests are kept. Times are milliseconds since the epoch.
  `CREATE TABLE user (
     name TEXT PRIMARY KEY,
     role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
     password TEXT NOT NULL,
     created_at REAL NOT NULL,
     version INTEGER NOT NULL DEFAULT 1
   ) STRICT;
   CREATE TABLE session (
     digest TEXT PRIMARY KEY,
     user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
     created_at REAL NOT NULL,
     seen_at REAL NOT NULL
   ) STRICT;
   CREATE INDEX session_user ON session (user);
   CREATE TABLE token (
     id TEXT PRIMARY KEY,
     digest TEXT NOT NULL UNIQUE,
     user TEXT NOT NULL REFERENCES user (name) ON DELETE CASCADE,
     name TEXT NOT NULL,
     role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
     created_at REAL NOT NULL,
     expires_at REAL,
     used_at REAL
   ) STRICT;
   CREATE INDEX token_user ON token (user);
   CREATE TRIGGER user_changed AFTER UPDATE OF role, password ON user
   WHEN OLD.role <> NEW.role OR OLD.password <> NEW.password BEGIN
     DELETE FROM session WHERE user = NEW.name;
     UPDATE user SET version = version + 1 WHERE name = NEW.name;
   END;`,
];

/** Brings the database to the newest version, each step a transaction. Throws StoreError when it is newer than we are. */
export const migrate = (database: Database.Database, file: string): void => {
  const version = Number(database.prepare('PRAGMA user_version').pluck().all()[0]);
  if (version > migrations.length)
    throw new StoreError(
      'unreadable',
      `${file}: a newer Nightjar wrote these users (version ${version}, expected at most ${migrations.length}). Update Nightjar, or set another storage folder.`,
    );
  for (const [index, step] of migrations.slice(version).entries())
    database.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${version + index + 1}; COMMIT`);
};
