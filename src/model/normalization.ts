import type { Weight } from './layers-model.ts';
import type { LayerGraph, LayerNode } from './shapes.ts';

type Weights = ReadonlyMap<string, Weight>;

/** A layer that multiplies by a kernel and adds a bias. */
export type LinearLayer = LayerNode<'Conv2D'> | LayerNode<'Conv2DTranspose'> | LayerNode<'Dense'>;
type Normalization = LayerNode<'BatchNormalization'>;

/** What BatchNormalization does at inference: y = x * scale + offset, one value a channel. */
export const scaleAndOffset = (
  { name, config }: Normalization,
  weights: Weights,
): { readonly scale: Float32Array; readonly offset: Float32Array } => {
  const valuesOf = (role: string): Float32Array | undefined => weights.get(`${name}/${role}`)?.data;
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(valuesOf);
  const scale = Float32Array.from(variance ?? [], (value, c) => (gamma?.[c] ?? 1) / Math.sqrt(value + config.epsilon));
  return { scale, offset: scale.map((factor, c) => (beta?.[c] ?? 0) - (mean?.[c] ?? 0) * factor) };
};

/** The BatchNormalization layers that can become part of the linear layer before, by the name of that layer. */
export const foldableNormalizations = ({ nodes, output }: LayerGraph): ReadonlyMap<string, Normalization> => {
  const foldable = new Map<string, Normalization>();
  for (const layer of nodes) {
    if (!isLinear(layer) || layer === output) continue;
    const [reader, ...others] = nodes.filter(({ inputs }) => inputs.includes(layer.name));
    if (reader?.className === 'BatchNormalization' && others.length === 0) foldable.set(layer.name, reader);
  }
  return foldable;
};

const isLinear = (layer: LayerNode): layer is LinearLayer =>
  'activation' in layer.config && 'use_bias' in layer.config && layer.config.activation === 'linear';

/** Kernel and bias of a linear layer, with the normalization after it multiplied in. */
export const kernelAndBias = (
  layer: LinearLayer,
  weights: Weights,
  normalization?: Normalization,
): { readonly kernel: Float32Array; readonly bias: Float32Array | undefined } => {
  const kernel = weights.get(`${layer.name}/kernel`)?.data ?? new Float32Array();
  const bias = weights.get(`${layer.name}/bias`)?.data;
  if (!normalization) return { kernel, bias };
  const { scale, offset } = scaleAndOffset(normalization, weights);
  // Kernels end in [in, out], that of Conv2DTranspose in [out, in].
  const stride = layer.className === 'Conv2DTranspose' ? (layer.inputShapes[0]?.at(-1) ?? 1) : 1;
  return {
    kernel: kernel.map((value, index) => value * (scale[Math.floor(index / stride) % scale.length] ?? 1)),
    bias: offset.map((value, c) => value + (bias?.[c] ?? 0) * (scale[c] ?? 1)),
  };
};
