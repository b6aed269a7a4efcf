import { constants, watch } from 'node:fs';
import { access, open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { Observable, debounceTime, interval, merge } from 'rxjs';

import { StoreError } from '../core/errors.ts';
import { writeWhole } from '../files/write-whole.ts';

/** An editor writes a file in several steps. */
const settleMs = 200;
/** What `watch` does not see: network drives, links into other folders. */
const pollMs = 5000;

/** Emits after something happened in the folder of a file, and now and then. Whether the file changed is for the reader to see. */
export const fileChanges = (file: string): Observable<unknown> => {
  const events$ = new Observable((subscriber) => {
    try {
      // Of the folder: an editor replaces the file. What else happens there is no reason to wait.
      const watcher = watch(path.dirname(path.resolve(file)), { persistent: false }, (_event, name) => {
        if (name === null || name === path.basename(file)) subscriber.next(undefined);
      });
      // A folder that goes ends it; the poll goes on.
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return undefined;
    }
  });
  return merge(events$.pipe(debounceTime(settleMs)), interval(pollMs));
};

/** Whether this process may replace the file. Its mode counts for root, too: who made it read-only meant it. */
export const canWrite = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.W_OK);
    return ((await stat(file)).mode & 0o222) !== 0;
  } catch {
    return false;
  }
};

/** A file that cannot be renamed over: it is mounted by itself (containers), or its folder may not be written to. */
const notInFolder: ReadonlySet<unknown> = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS']);

/**
 * Replaces a file's text, whole or not at all: its mode and owner stay, a link is followed. One whose folder does not allow
 * that is overwritten. Throws StoreError('write-failed') naming the file.
 */
export const replaceText = async (file: string, text: string): Promise<void> => {
  const name = path.basename(file);
  if (!(await canWrite(file)))
    throw new StoreError(
      'write-failed',
      `${name} is read-only: nothing was changed. Let Nightjar write it, or edit it by hand.`,
    );
  try {
    const target = await realpath(file);
    const { mode, uid, gid } = await stat(target);
    const like = { mode: mode & 0o7777, owner: { uid, gid } };
    await writeWhole(target, text, like).catch(async (error: NodeJS.ErrnoException) => {
      if (!notInFolder.has(error.code)) throw error;
      await overwrite(target, text);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StoreError('write-failed', `${name} cannot be written (${code}): nothing was changed.`, { cause });
  }
};

const overwrite = async (target: string, text: string): Promise<void> => {
  const handle = await open(target, 'r+');
  try {
    const bytes = Buffer.from(text);
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.truncate(bytes.length);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
