import { constants, watch } from 'node:fs';
import { access, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Observable, debounceTime, interval, merge } from 'rxjs';

import { StoreError } from '../core/errors.ts';

/** An editor writes a file in several steps. */
const settleMs = 200;
/** What `watch` does not see: network drives, links into other folders. */
const pollMs = 5000;

/** Emits after something happened in the folder of a file, and now and then. Whether the file changed is for the reader to see. */
export const fileChanges = (file: string): Observable<unknown> => {
  const events$ = new Observable((subscriber) => {
    try {
      const watcher = watch(path.dirname(path.resolve(file)), { persistent: false }, () => subscriber.next(undefined));
      // A folder that goes ends it; the poll goes on.
      watcher.on('error', () => watcher.close());
      return () => watcher.close();
    } catch {
      return undefined;
    }
  });
  return merge(events$.pipe(debounceTime(settleMs)), interval(pollMs));
};

/** Whether this process may replace the file. */
export const canWrite = async (file: string): Promise<boolean> =>
  access(file, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Replaces a file's text, whole or not at all: its mode stays, a link is followed. Throws StoreError('write-failed') naming
 * the file.
 */
export const replaceText = async (file: string, text: string): Promise<void> => {
  try {
    await access(file, constants.W_OK);
    const target = await realpath(file);
    const { mode } = await stat(target);
    const beside = `${target}.${process.pid}.tmp`;
    try {
      await writeFile(beside, text, { mode });
      await rename(beside, target);
    } catch (error) {
      await rm(beside, { force: true });
      // A file that is mounted by itself (containers) cannot be renamed over.
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
      await writeFile(target, text);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StoreError('write-failed', `${path.basename(file)} cannot be written (${code}): nothing was changed.`, {
      cause,
    });
  }
};
