import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { syncFolder } from './sync.ts';

interface WriteOptions {
  /** Without it what the umask leaves of 0o666. */
  readonly mode?: number;
  /** Without it this process's user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

type Content = string | Uint8Array | Iterable<string | Uint8Array>;

/** What a process that is killed leaves; the next one that writes the file takes it away. */
const temporaryOf = (file: string): string => `${file}.tmp`;

/**
 * Writes a file, or replaces it. A reader sees the old file or the new one, never half of one, and so it is after a power cut;
 * when it resolves the new one is there for good. Nobody else may write the file meanwhile. Rejects with the file system's error.
 */
export const writeWhole = async (file: string, content: Content, { mode, owner }: WriteOptions = {}): Promise<void> => {
  await replaceWhole(file, async (temporary) => {
    // Its passwords are nobody's until it has the mode and owner it should have.
    const handle = await open(temporary, 'wx', mode === undefined ? 0o666 : 0o600);
    try {
      await writeFile(handle, content);
      if (owner) await handle.chown(owner.uid, owner.gid);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
  await syncFolder(path.dirname(file));
};

/** As writeWhole, in one turn of the event loop; it outlives the process, but perhaps no power cut. Throws the file system's error. */
export const writeWholeSync = (file: string, chunks: readonly Uint8Array[]): void => {
  const temporary = temporaryOf(file);
  try {
    rmSync(temporary, { force: true });
    const descriptor = openSync(temporary, 'wx');
    try {
      for (const chunk of chunks) writeFileSync(descriptor, chunk);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    // What a full disk let through must not fill it further.
    rmSync(temporary, { force: true });
    throw error;
  }
};

/**
 * Lets `write` make the file at `temporary`, in the same folder, and moves it to its place; nothing is left of it when that
 * fails. What must outlive a power cut is synced by `write`, and the folder afterwards. Rejects with what `write` does, or with
 * the file system's error.
 */
export const replaceWhole = async <T>(
  file: string,
  write: (temporary: string) => Promise<T>,
  temporary = temporaryOf(file),
): Promise<T> => {
  try {
    await rm(temporary, { force: true });
    const result = await write(temporary);
    await rename(temporary, file);
    return result;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};
