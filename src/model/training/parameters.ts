import { sizeOf } from '../../core/tensor.ts';
import { weightSpecs, weightsByName } from '../layer-weights.ts';
import type { Weight } from '../layers-model.ts';
import type { LayerNode } from '../shapes.ts';
import { transpose } from '../transpose.ts';

/** Where a weight lies in the flat parameter vector. */
export interface ParameterSlot {
  /** As in Keras: 'conv2d_1/kernel'. */
  readonly name: string;
  /** Keras's shape. */
  readonly shape: readonly number[];
  /** Keras's axes in the order they have in the vector: a kernel [height, width, in, out] lies as [out, in, height, width]. */
  readonly axes: readonly number[];
  readonly offset: number;
  readonly size: number;
  /** False for moving averages, which lie after all trained weights. */
  readonly trainable: boolean;
}

/** One slot for each weight of the layers: the trained ones first, then the moving averages; else in Keras's order. */
export const parameterLayout = (nodes: readonly LayerNode[]): ParameterSlot[] => {
  const specs = nodes.flatMap(weightSpecs).map((spec) => ({ ...spec, trainable: !spec.role.startsWith('moving') }));
  let offset = 0;
  return [...specs.filter(({ trainable }) => trainable), ...specs.filter(({ trainable }) => !trainable)].map(
    ({ name, shape, trainable }) => {
      const size = sizeOf(shape);
      const axes = shape.length === 4 ? [3, 2, 0, 1] : [...shape.keys()];
      const slot = { name, shape, axes, offset, size, trainable };
      offset += size;
      return slot;
    },
  );
};

/** The weights as one flat vector. Throws ModelError 'mismatch' when they are not those of `layout`. */
export const flatten = (weights: readonly Weight[], layout: readonly ParameterSlot[]): Float32Array => {
  const given = weightsByName(layout, weights);
  const flat = new Float32Array(layout.reduce((sum, { size }) => sum + size, 0));
  for (const { name, shape, axes, offset } of layout) flat.set(transpose(given.get(name)!.data, shape, axes), offset);
  return flat;
};

/** The inverse of `flatten`; the weights are copies. */
export const unflatten = (flat: Float32Array, layout: readonly ParameterSlot[]): Weight[] =>
  layout.map(({ name, shape, axes, offset, size }) => {
    const inFlat = axes.map((axis) => shape[axis]!);
    const back = shape.map((_, axis) => axes.indexOf(axis));
    return { name, shape, data: transpose(flat.subarray(offset, offset + size), inFlat, back) };
  });
