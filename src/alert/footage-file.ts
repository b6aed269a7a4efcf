import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { DataError, StoreError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';

/** The frames a model saw around an alert, in time order and evenly spaced. */
export interface AlertFootage extends FrameShape {
  /** Of these frames: the rate the model saw, divided by the thinning. */
  readonly framesPerSecond: number;
  /** Each height x width x channels bytes, as in a Frame. */
  readonly frames: readonly Uint8Array[];
}

const header = z.strictObject({
  width: z.int().positive(),
  height: z.int().positive(),
  format: z.enum(['gray', 'rgb24']),
  framesPerSecond: z.number().positive(),
  count: z.int().positive(),
});
const longestHeader = 1000;

/** The bytes of a footage file, in chunks: the header as a line of JSON, then the raw frames. */
export const footageChunks = ({ width, height, format, framesPerSecond, frames }: AlertFootage): Uint8Array[] => {
  const head: z.output<typeof header> = { width, height, format, framesPerSecond, count: frames.length };
  return [Buffer.from(`${JSON.stringify(head)}\n`), ...frames];
};

/**
 * Reads a footage file; the frames are views of one block of memory. Rejects with StoreError('unreadable') when the file
 * cannot be read, DataError('unreadable') when it has no footage header, DataError('mismatch') when its length is not
 * what the header says. Each names the file.
 */
export const readAlertFootage = async (file: string): Promise<AlertFootage> => {
  const bytes = await readBytes(file);
  const end = bytes.subarray(0, longestHeader).indexOf('\n');
  const { count, ...rest } = parseHeader(file, bytes.subarray(0, Math.max(0, end)).toString());
  const size = bytesPerFrame(rest);
  const start = end + 1;
  if (bytes.length - start !== count * size) {
    throw new DataError(
      'mismatch',
      `${file}: expected ${count} frames of ${size} bytes after the header, found ${bytes.length - start} bytes`,
    );
  }
  const frames = Array.from({ length: count }, (_, index) =>
    bytes.subarray(start + index * size, start + (index + 1) * size),
  );
  return { ...rest, frames };
};

const readBytes = async (file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code;
    throw new StoreError('unreadable', `${file}: expected a readable footage file, found ${reason}`, { cause });
  }
};

const parseHeader = (file: string, line: string): z.output<typeof header> => {
  try {
    return header.parse(JSON.parse(line));
  } catch (cause) {
    throw new DataError(
      'unreadable',
      `${file}: expected the footage of an alert, found a first line that is no header of one`,
      { cause },
    );
  }
};
