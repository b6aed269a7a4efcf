import { mkdirSync } from 'node:fs';
import path from 'node:path';

import Database from 'libsql';

import { StoreError } from '../core/errors.ts';

/**
 * Makes this process the only one that works on a storage folder, until the function it gives is called or the process is
 * gone, however it went: the lock is SQLite's, so the system's. Throws StoreError 'in-use' when another one has it.
 */
export const holdStorage = (folder: string): (() => void) => {
  const file = path.join(folder, '.in-use');
  let database: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    database = new Database(file);
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    const message = cause instanceof Error ? cause.message : String(cause);
    if (/locked|busy/i.test(message))
      throw new StoreError('in-use', `${folder}: another Nightjar works on this storage folder; stop it first`, {
        cause,
      });
    throw new StoreError('write-failed', `${folder}: cannot be used as a storage folder: ${message}`, { cause });
  }
  const held = database;
  return () => void held.close();
};
