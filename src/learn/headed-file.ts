import { readFile } from 'node:fs/promises';

import type { z } from 'zod';

import { writeWhole } from '../files/write-whole.ts';

/** Writes a line of JSON, then bytes, as writeWhole does. Rejects with the file system's error. */
export const writeHeaded = async (file: string, head: object, chunks: Iterable<Uint8Array>): Promise<void> =>
  writeWhole(file, withHead(head, chunks));

const withHead = function* (head: object, chunks: Iterable<Uint8Array>): Generator<string | Uint8Array> {
  yield `${JSON.stringify(head)}\n`;
  yield* chunks;
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
