import { channelsOf } from '../core/frame.ts';
import type { Frame } from '../core/frame.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Tensors } from '../core/tensor.ts';

/**
 * The model input for frames of one shape: {frames: uint8 [batch, height, width, channels]}. The pixels are copied once,
 * into memory of their own that the engine may transfer away; the frames stay the caller's to release.
 */
export const encodeFrames = (frames: readonly Pick<Frame, 'width' | 'height' | 'format' | 'data'>[]): Tensors => {
  const [first] = frames;
  if (!first) throw new RangeError('Expected at least one frame to encode');
  const { width, height, format } = first;
  const size = first.data.length;
  const data = new Uint8Array(frames.length * size);
  for (const [index, frame] of frames.entries()) {
    if (frame.width !== width || frame.height !== height || frame.format !== format) {
      throw new RangeError(
        `Expected frames of one shape, got ${width}x${height} ${format} and ${frame.width}x${frame.height} ${frame.format}`,
      );
    }
    data.set(frame.data, index * size);
  }
  return { frames: { type: 'uint8', shape: [frames.length, height, width, channelsOf(format)], data } };
};

/**
 * One batch of what each frame brings beside its pixels: tensors [1, ...] of the same names, joined along the first axis.
 * Copies, except of a single row that is `given` away.
 */
export const joinRows = (rows: readonly Tensors[], given = false): Tensors => {
  const [first = {}] = rows;
  if (given && rows.length === 1) return first;
  return Object.fromEntries(
    Object.entries(first).map(([name, { type, shape }]) => {
      if (type !== 'float32') throw new RangeError(`Expected ${name} to be float32, got ${type}`);
      const size = sizeOf(shape);
      const data = new Float32Array(rows.length * size);
      for (const [index, row] of rows.entries()) data.set(row[name]?.data as Float32Array, index * size);
      return [name, { type, shape: [rows.length, ...shape.slice(1)], data }];
    }),
  );
};
