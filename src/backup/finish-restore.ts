import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import * as z from 'zod';

import { syncFolder, syncTree } from '../files/sync.ts';
import { writeWhole } from '../files/write-whole.ts';

/** Where a restore works, in the storage folder: what it unpacks, what it replaces, and what is to be moved. */
export const restoreFolder = (storage: string): string => path.join(storage, '.restore');
export const freshFolder = (storage: string): string => path.join(restoreFolder(storage), 'new');
const movesFile = (storage: string): string => path.join(restoreFolder(storage), 'moves.json');

/** A file or folder that takes another's place: `from` below the unpacked ones, undefined for one that only goes. */
const moveSchema = z.strictObject({ from: z.string().optional(), to: z.string() });
const movesSchema = z.array(moveSchema);
export type Move = z.output<typeof moveSchema>;

/** Decides a restore: from here on it is finished, if need be by `finishRestore` after a crash or a power cut. */
export const commitMoves = async (storage: string, moves: readonly Move[]): Promise<void> => {
  await syncTree(freshFolder(storage));
  await writeWhole(movesFile(storage), JSON.stringify(moves));
};

/**
 * Finishes a restore that was decided, or clears away what one left that was not; for who holds the storage folder. Resolves
 * with whether anything was put in place; it then outlives a power cut. Rejects with the file system's error; what is left is done by the next call.
 */
export const finishRestore = async (storage: string): Promise<boolean> => {
  const folder = restoreFolder(storage);
  if (!existsSync(folder)) return false;
  const isDecided = existsSync(movesFile(storage));
  if (isDecided) {
    const moves = movesSchema.parse(JSON.parse(await readFile(movesFile(storage), 'utf8')));
    for (const [index, move] of moves.entries()) await carryOut(move, storage, path.join(folder, 'old', `${index}`));
    for (const parent of new Set(moves.map(({ to }) => path.dirname(to)))) await syncFolder(parent);
    // Before the rest, and for good: moves that are done must not be tried on what comes after them.
    await rm(movesFile(storage));
    await syncFolder(folder);
  }
  await rm(folder, { recursive: true, force: true });
  return isDecided;
};

/** Does nothing when it is done already. Both steps are renames, so that a crash leaves the old thing, none, or the new one. */
const carryOut = async ({ from, to }: Move, storage: string, old: string): Promise<void> => {
  const fresh = from === undefined ? undefined : path.join(freshFolder(storage), from);
  if (fresh !== undefined && !existsSync(fresh)) return;
  await mkdir(path.dirname(old), { recursive: true });
  if (existsSync(to)) await moveTo(to, old);
  if (fresh === undefined) return;
  await mkdir(path.dirname(to), { recursive: true });
  await moveTo(fresh, to);
};

/** Also to another file system, by a copy beside the target. */
const moveTo = async (from: string, to: string): Promise<void> => {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const copy = path.join(path.dirname(to), `.${path.basename(to)}.restored`);
    await rm(copy, { recursive: true, force: true });
    await cp(from, copy, { recursive: true });
    await syncTree(copy);
    await rename(copy, to);
    await rm(from, { recursive: true });
  }
};
