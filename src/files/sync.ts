import { open, readdir } from 'node:fs/promises';
import path from 'node:path';

/** Lets what was written to a file outlive a power cut. Rejects with the file system's error. */
export const syncFile = async (file: string): Promise<void> => sync(file, 'r+');

/** What systems and file systems say that sync no folders, or of one that this user may pass through but not read. */
const cannotSync: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'ENOSYS']);

/**
 * Lets the names in a folder, and the folder itself, outlive a power cut; so also those above it, which may be as new. Rejects
 * with the file system's error.
 */
export const syncFolder = async (folder: string): Promise<void> => {
  const at = path.resolve(folder);
  await syncNames(at);
  if (at !== path.dirname(at)) await syncFolder(path.dirname(at));
};

/** Lets a file, or a folder with everything in it, outlive a power cut, but for its own name. Rejects with the file system's error. */
export const syncTree = async (root: string): Promise<void> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTDIR') throw error;
    },
  );
  if (!entries) return syncFile(root);
  for (const entry of entries) {
    const found = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await syncNames(found);
    else await syncFile(found);
  }
  await syncNames(root);
};

const syncNames = async (folder: string): Promise<void> =>
  sync(folder, 'r').catch((error: NodeJS.ErrnoException) => {
    if (!cannotSync.has(error.code)) throw error;
  });

const sync = async (file: string, flags: 'r' | 'r+'): Promise<void> => {
  const handle = await open(file, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
