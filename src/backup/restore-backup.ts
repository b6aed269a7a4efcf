import { existsSync } from 'node:fs';
import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';

import { extract } from 'tar';

import { locateStorage } from '../config/locate-storage.ts';
import type { StoragePlaces } from '../config/locate-storage.ts';
import { DataError } from '../core/errors.ts';
import { expectOwner } from './expect-owner.ts';
import { commitMoves, finishRestore, freshFolder, restoreFolder } from './finish-restore.ts';
import type { Move } from './finish-restore.ts';
import { holdStorage } from './hold-storage.ts';
import { besidePrefix, pipelineName, storagePrefix } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { checkBackup } from './read-backup.ts';
import { databaseSidecars, storageContents } from './storage-contents.ts';

export interface RestoreRequest {
  readonly archive: string;
  /** Where the pipeline file goes; the rest goes where that file says. */
  readonly file: string;
  /** Whether what is there may be replaced. */
  readonly force: boolean;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly storage: string;
}

/**
 * Puts a backup in place, all of it or, when anything is wrong, the process dies or the power fails, nothing: what was begun
 * then is finished or cleared away by the next restore or run. Rejects with DataError 'unreadable' (the archive) or 'unwritable' (something is
 * there already), ConfigError (its pipeline file), StoreError 'in-use' (Nightjar runs on it).
 */
export const restoreBackup = async ({ archive, file, force }: RestoreRequest): Promise<Restored> => {
  const { manifest, pipeline } = await checkBackup(archive);
  const places = locateStorage(file, pipeline);
  const { storage } = places;
  expectOwner(storage);
  const release = holdStorage(storage);
  try {
    await finishRestore(storage);
    const moves = movesOf(manifest, file, places);
    const taken = moves.find(({ to }) => existsSync(to));
    if (taken && !force)
      throw new DataError('unwritable', `${taken.to}: this is there already; --force replaces it by the backup's`);
    await expectSpace(storage, manifest);
    try {
      await mkdir(freshFolder(storage), { recursive: true });
      // Checked already, and checked again against what it may not hold by the package.
      await extract({ file: archive, cwd: freshFolder(storage), strict: true, preservePaths: false, chmod: false });
      await commitMoves(storage, moves);
    } catch (error) {
      await rm(restoreFolder(storage), { recursive: true, force: true });
      throw error;
    }
    await finishRestore(storage);
    return { manifest, storage };
  } finally {
    release();
  }
};

/** The pipeline file first: after a crash it is what leads `run` to the rest. */
const movesOf = ({ files }: Manifest, file: string, { storage, models }: StoragePlaces): Move[] => {
  const has = (name: string): boolean => files.some((each) => each.path === name || each.path.startsWith(`${name}/`));
  const ofStorage = storageContents.flatMap((name): Move[] => {
    const from = `${storagePrefix}/${name}`;
    const to = path.join(storage, name);
    const stale = name.endsWith('.db') ? databaseSidecars.map((end) => ({ to: `${to}${end}` })) : [];
    return [...stale, has(from) ? { from, to } : { to }];
  });
  const folder = path.dirname(path.resolve(file));
  const beside = models.flatMap((to): Move[] => {
    const from = `${besidePrefix}/${path.relative(folder, to).split(path.sep).join('/')}`;
    return has(from) ? [{ from, to }] : [];
  });
  return [{ from: pipelineName, to: path.resolve(file) }, ...ofStorage, ...beside];
};

const expectSpace = async (storage: string, { files }: Manifest): Promise<void> => {
  const { bavail, bsize } = await statfs(storage);
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (bavail * bsize < needed)
    throw new DataError(
      'unwritable',
      `${storage}: expected ${needed} free bytes for the backup, found ${bavail * bsize}`,
    );
};
