/** Pixels along the axes. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The mean over a square of 2 * radius + 1 pixels, of those inside the image. */
export const boxMean = (values: Float32Array, { width, height }: Size, radius: number): Float32Array => {
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
