import { normal } from './normal-random.ts';

/**
 * A row-major matrix of `rows` x `columns` whose columns (or, where it is wider than high, rows) are of length 1 and at
 * right angles: modified Gram-Schmidt on normal random numbers (Saxe et al. 2014, https://arxiv.org/abs/1312.6120).
 */
export const orthogonal = (rows: number, columns: number, random: () => number): Float32Array => {
  const isHigh = rows >= columns;
  const [count, length] = isHigh ? [columns, rows] : [rows, columns];
  const vectors: Float64Array[] = [];
  for (let at = 0; at < count; at++) {
    const vector = Float64Array.from({ length }, () => normal(random));
    for (const other of vectors) {
      const along = dot(vector, other);
      for (let index = 0; index < length; index++) vector[index]! -= along * other[index]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return isHigh ? vectors[column]![row]! : vectors[row]![column]!;
  });
};

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
