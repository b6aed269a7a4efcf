import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import Database from 'libsql';

import { DataError, StoreError } from '../core/errors.ts';
import { isSidecar } from './storage-contents.ts';

interface Staging {
  /** Told of what is left out, and why. */
  readonly onSkipped: (file: string, why: string) => void;
  /** Whether a folder is left out, by its path below the one that is staged. */
  readonly leavesOut?: (relative: string) => boolean;
}

/** A model that is replaced while its files are taken is taken again, this many times. */
const attempts = 10;

/**
 * Puts the files below `source` (a file or folder) at `target` as they are at this moment, while another process uses them.
 * Files that Nightjar replaces as a whole are linked, which costs no space; databases are copied by SQLite. Links, sockets
 * and names that begin with a dot are left out. Rejects with StoreError or the file system's error.
 */
export const stageFiles = async (source: string, target: string, staging: Staging): Promise<void> =>
  stage(source, target, '', staging);

const stage = async (source: string, target: string, relative: string, staging: Staging): Promise<void> => {
  const found = await lstat(source).catch(ignoreMissing);
  if (!found) return;
  if (found.isFile()) return stageFile(source, target, found.nlink);
  if (!found.isDirectory()) return staging.onSkipped(source, 'only files and folders are backed up');
  for (let attempt = 1; ; attempt += 1) {
    const before = await modelStamp(source);
    await mkdir(target, { recursive: true });
    for (const name of await readdir(source).catch(() => [])) {
      const below = path.posix.join(relative, name);
      if (name.startsWith('.') || name.endsWith('.tmp') || isSidecar(name) || staging.leavesOut?.(below)) continue;
      await stage(path.join(source, name), path.join(target, name), below, staging);
    }
    if ((await modelStamp(source)) === before) return;
    if (attempt === attempts) throw new DataError('mismatch', `${source}: this model is being replaced all the time`);
    await rm(target, { recursive: true });
  }
};

/** Changes when the model in a folder is replaced; undefined for a folder without one. */
const modelStamp = async (folder: string): Promise<string | undefined> => {
  const found = await stat(path.join(folder, 'model.json')).catch(ignoreMissing);
  return found && `${found.ino} ${found.mtimeMs}`;
};

const stageFile = async (source: string, target: string, links: number): Promise<void> => {
  if (source.endsWith('.db')) return copyDatabase(source, target);
  // A file with two names would be a link in the archive, which restoring refuses.
  const isLinked = links === 1 && (await succeeds(link(source, target)));
  if (!isLinked) await copyFile(source, target, constants.COPYFILE_FICLONE).catch(ignoreMissing);
};

/** A consistent copy of a database that may be in use. Throws StoreError 'unreadable'. */
const copyDatabase = (source: string, target: string): void => {
  try {
    const database = new Database(source, { timeout: 10_000 });
    try {
      const [result] = database.prepare('PRAGMA quick_check(1)').pluck().all();
      if (result !== 'ok') throw new Error(String(result));
      database.exec(`VACUUM INTO '${target.replaceAll("'", "''")}'`);
    } finally {
      database.close();
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError('unreadable', `${source}: expected a sound database, found: ${reason}`, { cause });
  }
};

const succeeds = async (work: Promise<void>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );

/** What is removed while a backup is made, such as an old alert, is not in it. */
const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};
