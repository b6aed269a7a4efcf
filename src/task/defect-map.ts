/** Pixels along an axis. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** Directions that the error is averaged along, and the taps of each, in pixels from the middle. */
const directions = 8;
const taps = [-10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10] as const;
/** Standard deviation of the weights along a line. */
const alongSigma = 4.2;

/** Radius of the neighbourhood that an error is compared with, and the least contrast it has, in gray levels. */
const contrastRadius = 40;
const leastContrast = 2;

/** At the rim of an image the model sees one side only: so many pixels are not judged. */
const rim = 4;

/** The score is the mean of so many pixels, the highest. */
const topPixels = 30;

/**
 * How much each pixel of a gray image differs from what was made of it, in units of the fine contrast around it. Averaged
 * before it is squared or counted, along short lines of eight directions of which the best counts: noise averages out,
 * spots and scratches do not. Row by row, never negative, 0 at the rim.
 */
export const defectMap = (image: Uint8Array, restored: Float32Array, size: Size): Float32Array => {
  const smooth = blur(
    blur(
      restored.map((value, at) => image[at]! - value),
      size,
      1,
    ),
    size,
    1,
  );
  const levels = Float32Array.from(image);
  const coarse = blur(blur(levels, size, 2), size, 2);
  const contrast = blur(
    levels.map((value, at) => (value - coarse[at]!) ** 2),
    size,
    contrastRadius,
  );
  const lines = highestAlongLines(smooth, size);
  return lines.map((value, at) => value / Math.sqrt(contrast[at]! + leastContrast ** 2));
};

/** The score of an image: the mean of the 30 highest values of its map. */
export const imageScore = (map: Float32Array): number => {
  const top = map.toSorted().subarray(-topPixels);
  return top.reduce((sum, value) => sum + value, 0) / top.length;
};

const highestAlongLines = (values: Float32Array, { width, height }: Size): Float32Array => {
  const highest = new Float32Array(values.length);
  for (let direction = 0; direction < directions; direction++) {
    const angle = (Math.PI * direction) / directions;
    const line = taps.map((tap) => ({
      dx: Math.round(tap * Math.cos(angle)),
      dy: Math.round(tap * Math.sin(angle)),
      weight: Math.exp(-(tap ** 2) / (2 * alongSigma ** 2)),
    }));
    for (let y = rim; y < height - rim; y++)
      for (let x = rim; x < width - rim; x++) {
        let sum = 0;
        let total = 0;
        for (const { dx, dy, weight } of line) {
          const [col, row] = [x + dx, y + dy];
          if (col < 0 || col >= width || row < 0 || row >= height) continue;
          sum += weight * values[row * width + col]!;
          total += weight;
        }
        const at = y * width + x;
        highest[at] = Math.max(highest[at]!, Math.abs(sum) / total);
      }
  }
  return highest;
};

/** The mean over a square of 2 * radius + 1 pixels, of those inside the image. */
const blur = (values: Float32Array, { width, height }: Size, radius: number): Float32Array => {
  const rows = new Float32Array(values.length);
  const blurred = new Float32Array(values.length);
  for (let y = 0; y < height; y++) meanAlong(values, rows, { start: y * width, stride: 1, length: width }, radius);
  for (let x = 0; x < width; x++) meanAlong(rows, blurred, { start: x, stride: width, length: height }, radius);
  return blurred;
};

interface Line {
  readonly start: number;
  readonly stride: number;
  readonly length: number;
}

/** A running mean along one line of pixels. */
const meanAlong = (from: Float32Array, to: Float32Array, { start, stride, length }: Line, radius: number): void => {
  let sum = 0;
  let count = 0;
  for (let at = -radius; at < length; at++) {
    const enters = at + radius;
    const leaves = at - radius - 1;
    if (enters < length) {
      sum += from[start + enters * stride]!;
      count++;
    }
    if (leaves >= 0) {
      sum -= from[start + leaves * stride]!;
      count--;
    }
    if (at >= 0) to[start + at * stride] = sum / count;
  }
};
