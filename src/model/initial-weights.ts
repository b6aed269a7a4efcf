import { sizeOf } from '../core/tensor.ts';
import { weightSpecs } from './layer-weights.ts';
import type { WeightSpec } from './layer-weights.ts';
import type { LayerNode } from './shapes.ts';
import type { Topology, Weight } from './layers-model.ts';
import { orthogonal } from './orthogonal.ts';
import { randomSource } from './random.ts';
import { layerGraph } from './shapes.ts';

/**
 * Keras's initial weights: Glorot uniform kernels (https://proceedings.mlr.press/v9/glorot10a.html), orthogonal recurrent
 * kernels, zero biases (but 1 for the forget gates, https://proceedings.mlr.press/v37/jozefowicz15.pdf), normalisation
 * that changes nothing. With `relu: 'he'` kernels before a ReLU are He uniform (https://arxiv.org/abs/1502.01852): half of
 * what comes in is cut off, and without their larger steps a deep model's output hardly depends on its input at first.
 * The same seed gives the same weights.
 */
export const initialWeights = (
  topology: Topology,
  seed: number,
  { relu = 'glorot' }: { readonly relu?: 'glorot' | 'he' } = {},
): Weight[] => {
  const random = randomSource(seed);
  return layerGraph(topology)
    .nodes.flatMap((layer) => weightSpecs(layer).map((spec) => ({ layer, spec })))
    .map(({ layer, spec }) => ({ name: spec.name, shape: spec.shape, data: initialValues(layer, spec, random, relu) }));
};

const initialValues = (
  layer: LayerNode,
  { role, shape }: WeightSpec,
  random: () => number,
  relu: 'glorot' | 'he',
): Float32Array => {
  if (role === 'recurrent_kernel') return orthogonal(sizeOf(shape.slice(0, -1)), shape.at(-1)!, random);
  const data = new Float32Array(sizeOf(shape));
  if (role === 'gamma' || role === 'moving_variance') return data.fill(1);
  if (role === 'bias' && layer.className === 'ConvLSTM2D' && layer.config.unit_forget_bias !== false)
    return data.fill(1, layer.config.filters, 2 * layer.config.filters);
  if (role !== 'kernel') return data;
  const receptiveField = sizeOf(shape.slice(0, -2));
  const [a = 1, b = 1] = shape.slice(-2);
  const isHe = relu === 'he' && layer.className === 'Conv2D' && layer.config.activation === 'relu';
  const limit = Math.sqrt(6 / (receptiveField * (isHe ? a : a + b)));
  return data.map(() => (random() * 2 - 1) * limit);
};
