import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes the chunks one after the other. A reader of `file` sees the old file or the new one, never half of one. */
export const writeWhole = (file: string, chunks: readonly Uint8Array[]): void => {
  const temporary = `${file}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w');
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
