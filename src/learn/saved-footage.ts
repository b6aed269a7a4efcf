import { z } from 'zod';

import { bytesPerFrame } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import type { DataSet } from './data-set.ts';
import { readHeaded, writeHeaded } from './headed-file.ts';

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
  await writeHeaded(file, head, frames(set));
};

const frames = function* (set: DataSet): Generator<Uint8Array> {
  for (let index = 0; index < set.count; index++) yield set.at(index);
};

/** What `saveFootage` wrote; undefined where there is none, or none of this shape, or a damaged one. */
export const loadFootage = async (file: string, shape: FrameShape): Promise<DataSet | undefined> => {
  const found = await readHeaded(file, header);
  if (!found) return undefined;
  const { version: _version, cuts, ...rest } = found.head;
  const size = bytesPerFrame(rest);
  const isOfShape = rest.width === shape.width && rest.height === shape.height && rest.format === shape.format;
  if (!isOfShape || found.body.length !== rest.count * size) return undefined;
  const first = new Set(cuts);
  return {
    ...rest,
    at: (index) => found.body.subarray(index * size, (index + 1) * size),
    continues: (index) => !first.has(index),
  };
};
