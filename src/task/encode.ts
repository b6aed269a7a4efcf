import { channelsOf } from '../core/frame.ts';
import type { Frame } from '../core/frame.ts';
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
