import { crop } from '../core/crop.ts';
import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';

/** Both sides of a picture that a model sees are divisible by this. */
const multiple = 8;

const roundedUp = (length: number): number => Math.ceil(length / multiple) * multiple;

/** The shape with sides that a model takes: as they are, or a little larger. */
export const paddedShape = ({ width, height, format }: FrameShape): FrameShape => ({
  width: roundedUp(width),
  height: roundedUp(height),
  format,
});

/** The picture with its last column and row repeated to the right and below; itself where nothing is missing. */
export const padded = (data: Uint8Array, from: FrameShape, to: FrameShape): Uint8Array => {
  if (from.width === to.width && from.height === to.height) return data;
  const channels = channelsOf(from.format);
  const [row, wide] = [from.width * channels, to.width * channels];
  const larger = new Uint8Array(wide * to.height);
  for (let y = 0; y < to.height; y++) {
    const start = Math.min(y, from.height - 1) * row;
    larger.set(data.subarray(start, start + row), y * wide);
    const last = data.subarray(start + row - channels, start + row);
    for (let at = row; at < wide; at += channels) larger.set(last, y * wide + at);
  }
  return larger;
};

/** The upper left part of a padded picture. */
export const unpadded = (data: Uint8Array, from: FrameShape, to: FrameShape): Uint8Array => {
  if (from.width === to.width && from.height === to.height) return data;
  const channels = channelsOf(from.format);
  const [wide, row] = [from.width * channels, to.width * channels];
  return crop(data, wide, { left: 0, top: 0, width: row, height: to.height });
};
