import { sizeOf } from '../core/tensor.ts';
import { weightSpecs } from './layer-weights.ts';
import type { WeightSpec } from './layer-weights.ts';
import type { Topology, Weight } from './layers-model.ts';
import { randomSource } from './random.ts';
import { layerGraph } from './shapes.ts';

/**
 * Keras's initial weights: Glorot uniform kernels (https://proceedings.mlr.press/v9/glorot10a.html), zero biases,
 * normalisation that changes nothing. The same seed gives the same weights.
 */
export const initialWeights = (topology: Topology, seed: number): Weight[] => {
  const random = randomSource(seed);
  return layerGraph(topology)
    .nodes.flatMap(weightSpecs)
    .map((spec) => ({ name: spec.name, shape: spec.shape, data: initialValues(spec, random) }));
};

const initialValues = ({ role, shape }: WeightSpec, random: () => number): Float32Array => {
  const data = new Float32Array(sizeOf(shape));
  if (role === 'gamma' || role === 'moving_variance') return data.fill(1);
  if (role !== 'kernel') return data;
  const receptiveField = sizeOf(shape.slice(0, -2));
  const [a = 1, b = 1] = shape.slice(-2);
  const limit = Math.sqrt(6 / (receptiveField * (a + b)));
  return data.map(() => (random() * 2 - 1) * limit);
};
