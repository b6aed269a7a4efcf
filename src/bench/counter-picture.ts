import { channelsOf, type FrameShape } from '../core/frame.ts';

/** Bits of the number in a picture, as columns over its whole width, the highest first. */
export const counterBits = 16;
/** One row of columns with the bits, one with their opposites: what a codec has blurred is known for it. */
const rowsOfHeight = 20;

/** Writes the number into the top tenth of a picture as black and white columns. */
export const drawCounter = (
  { width, height, format, data }: FrameShape & { readonly data: Uint8Array },
  number: number,
): void => {
  const channels = channelsOf(format);
  const rowHeight = Math.floor(height / rowsOfHeight);
  for (let y = 0; y < 2 * rowHeight; y++)
    for (let x = 0; x < width; x++) {
      const bit = counterBits - 1 - Math.floor((x * counterBits) / width);
      const isWhite = ((number >> bit) & 1) === (y < rowHeight ? 1 : 0);
      data.fill(isWhite ? 235 : 16, (y * width + x) * channels, (y * width + x + 1) * channels);
    }
};

/**
 * Reads the number back from RGBA pixels of the top tenth, `width` x `height`; undefined where it cannot be read. Runs
 * in the page too, so it uses nothing from outside but its arguments.
 */
export const readCounter = (
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  bits: number,
): number | undefined => {
  let number = 0;
  for (let column = 0; column < bits; column++) {
    const x = Math.floor(((column + 0.5) * width) / bits);
    const [upper, lower] = [0.25, 0.75].map((share) => pixels[(Math.floor(share * height) * width + x) * 4 + 1] ?? 0);
    if (upper === undefined || lower === undefined || Math.abs(upper - lower) < 80) return undefined;
    number = number * 2 + (upper > lower ? 1 : 0);
  }
  return number;
};
