import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

import { DataError } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';

/** Bytes in the given shape, the last axis fastest. */
interface Idx {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of bytes, gzipped or not, the format of MNIST (http://yann.lecun.com/exdb/mnist): two zero bytes, the
 * type (8: unsigned byte), the number of axes, the length of each as big-endian 32 bits, then the values.
 * Throws DataError: 'unreadable' for what is no such file, 'mismatch' when its length is not what its header says.
 */
export const readIdx = async (file: string): Promise<Idx> => {
  const bytes = await contentOf(file);
  const axes = bytes[3] ?? 0;
  const headerBytes = 4 + 4 * axes;
  if (bytes.length < headerBytes || axes === 0 || bytes.readUInt32BE(0) >>> 8 !== 0x08) {
    const found = bytes.subarray(0, 4).toString('hex');
    throw new DataError('unreadable', `${file}: expected an IDX file of bytes (00 00 08 and its axes), found ${found}`);
  }
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const data = bytes.subarray(headerBytes);
  if (data.length !== sizeOf(shape))
    throw new DataError('mismatch', `${file}: expected ${shape.join(' x ')} values, found ${data.length}`);
  return { shape, data };
};

const contentOf = async (file: string): Promise<Buffer> => {
  try {
    const bytes = await readFile(file);
    return bytes.readUInt16BE(0) === 0x1f8b ? gunzipSync(bytes) : bytes;
  } catch (cause) {
    throw new DataError('unreadable', `${file}: expected an IDX file, ${(cause as Error).message}`, { cause });
  }
};
