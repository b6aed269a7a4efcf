import { sizeOf } from '../core/tensor.ts';

/** The values of a row-major tensor of `shape` with its axes in the order `axes`: numpy.transpose. */
export const transpose = (data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array => {
  const strides = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  const lengths = axes.map((axis) => shape[axis] ?? 1);
  const result = new Float32Array(data.length);
  for (let target = 0; target < result.length; target++) {
    let rest = target;
    let source = 0;
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      const length = lengths[axis] ?? 1;
      source += (rest % length) * (strides[axis] ?? 0);
      rest = Math.floor(rest / length);
    }
    result[target] = data[source] ?? 0;
  }
  return result;
};
