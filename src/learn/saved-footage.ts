import { open, readFile, rename, rm } from 'node:fs/promises';

import { z } from 'zod';

import { bytesPerFrame } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import type { DataSet } from './data-set.ts';

const header = z.strictObject({
  version: z.literal(1),
  width: z.int().positive(),
  height: z.int().positive(),
  format: z.enum(['gray', 'rgb24']),
  framesPerSecond: z.number().positive(),
  count: z.int().positive(),
  /** Frames that were not taken right after the one before. */
  cuts: z.array(z.int().nonnegative()),
});

/**
 * Writes the footage of a learning, so that one that is cut off need not collect anew: a line of JSON, then the raw
 * frames. The file appears as a whole. Rejects with the file system's error.
 */
export const saveFootage = async (file: string, set: DataSet): Promise<void> => {
  const { width, height, format, framesPerSecond, count } = set;
  const cuts = Array.from({ length: count }, (_, index) => index).filter((index) => !set.continues(index));
  const head: z.output<typeof header> = { version: 1, width, height, format, framesPerSecond, count, cuts };
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.write(Buffer.from(`${JSON.stringify(head)}\n`));
      for (let index = 0; index < count; index++) await handle.write(set.at(index));
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** What `saveFootage` wrote; undefined where there is none, or none of this shape, or a damaged one. */
export const loadFootage = async (file: string, shape: FrameShape): Promise<DataSet | undefined> => {
  try {
    const bytes = await readFile(file);
    const end = bytes.indexOf('\n');
    const { version: _version, cuts, ...rest } = header.parse(JSON.parse(bytes.subarray(0, end).toString()));
    const size = bytesPerFrame(rest);
    const isOfShape = rest.width === shape.width && rest.height === shape.height && rest.format === shape.format;
    if (!isOfShape || bytes.length - end - 1 !== rest.count * size) return undefined;
    const first = new Set(cuts);
    return {
      ...rest,
      at: (index) => bytes.subarray(end + 1 + index * size, end + 1 + (index + 1) * size),
      continues: (index) => !first.has(index),
    };
  } catch {
    return undefined;
  }
};
