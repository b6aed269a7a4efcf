import type { Size } from '../camera/read-still.ts';

/** Side of the window. */
const side = 7;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;
/** Sums a window needs: of a, b, a * a, b * b and a * b. */
const sums = 5;

/**
 * Mean structural similarity of two gray pictures of one size, over every 7x7 window that lies inside (Wang et al.
 * 2004, with K1 = 0.01, K2 = 0.03 and even weights in place of the Gaussian). Both sides are at least 7.
 */
export const ssim = (a: Uint8Array, b: Uint8Array, { width, height }: Size): number => {
  // Sums over the seven rows of the window, for each column.
  const columns = new Float64Array(width * sums);
  const addRow = (y: number, sign: 1 | -1): void => {
    for (let x = 0, at = 0; x < width; x++, at += sums) {
      const p = a[y * width + x]!;
      const q = b[y * width + x]!;
      columns[at]! += sign * p;
      columns[at + 1]! += sign * q;
      columns[at + 2]! += sign * p * p;
      columns[at + 3]! += sign * q * q;
      columns[at + 4]! += sign * p * q;
    }
  };
  let total = 0;
  for (let y = 0; y < height; y++) {
    addRow(y, 1);
    if (y >= side) addRow(y - side, -1);
    if (y >= side - 1) total += sumOfRow(columns, width);
  }
  return total / ((width - side + 1) * (height - side + 1));
};

/** The sum of the similarity of all windows that lie on these rows. */
const sumOfRow = (columns: Float64Array, width: number): number => {
  const n = side * side;
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  let total = 0;
  for (let x = 0, at = 0; x < width; x++, at += sums) {
    sa += columns[at]!;
    sb += columns[at + 1]!;
    saa += columns[at + 2]!;
    sbb += columns[at + 3]!;
    sab += columns[at + 4]!;
    if (x >= side) {
      const left = at - side * sums;
      sa -= columns[left]!;
      sb -= columns[left + 1]!;
      saa -= columns[left + 2]!;
      sbb -= columns[left + 3]!;
      sab -= columns[left + 4]!;
    }
    if (x < side - 1) continue;
    const [ma, mb] = [sa / n, sb / n];
    const [va, vb, cov] = [saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb];
    total += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
  }
  return total;
};
