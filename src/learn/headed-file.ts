import { open, readFile, rename, rm } from 'node:fs/promises';

import type { z } from 'zod';

/**
 * Writes a line of JSON, then bytes. A reader of `file` sees the old file or the new one, never half of one. Rejects with
 * the file system's error.
 */
export const writeHeaded = async (file: string, head: object, chunks: Iterable<Uint8Array>): Promise<void> => {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(`${JSON.stringify(head)}\n`);
      for (const chunk of chunks) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    // What a full disk let through must not fill it further.
    await rm(temporary, { force: true });
    throw error;
  }
};

/** What `writeHeaded` wrote; undefined for a file that is not there, or whose first line is no such header. */
export const readHeaded = async <Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<{ readonly head: z.output<Schema>; readonly body: Buffer } | undefined> => {
  try {
    const bytes = await readFile(file);
    const end = bytes.indexOf('\n');
    return { head: schema.parse(JSON.parse(bytes.subarray(0, end).toString())), body: bytes.subarray(end + 1) };
  } catch {
    return undefined;
  }
};
