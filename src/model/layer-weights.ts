import { ModelError } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Weight } from './layers-model.ts';
import { withoutTime } from './shapes.ts';
import type { LayerNode } from './shapes.ts';

export interface WeightSpec {
  /** As in Keras: 'conv2d_1/kernel'. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'kernel' | 'recurrent_kernel' | 'bias' | 'gamma' | 'beta' | 'moving_mean' | 'moving_variance';
}

/** The weights a layer has, in Keras's order. The moving statistics of BatchNormalization are not trained. */
export const weightSpecs = (node: LayerNode): WeightSpec[] => {
  const layer = withoutTime(node);
  const spec = (role: WeightSpec['role'], shape: readonly number[]): WeightSpec => ({
    name: `${layer.name}/${role}`,
    shape,
    role,
  });
  const inputs = layer.inputShapes[0]?.at(-1) ?? 0;
  const outputs = layer.outputShape.at(-1) ?? 0;
  const bias = 'use_bias' in layer.config && layer.config.use_bias ? [spec('bias', [outputs])] : [];
  if (layer.className === 'Conv2D') return [spec('kernel', [...layer.config.kernel_size, inputs, outputs]), ...bias];
  if (layer.className === 'Conv2DTranspose')
    return [spec('kernel', [...layer.config.kernel_size, outputs, inputs]), ...bias];
  if (layer.className === 'ConvLSTM2D') {
    const { kernel_size: kernel, use_bias } = layer.config;
    const gates = 4 * outputs;
    return [
      spec('kernel', [...kernel, inputs, gates]),
      spec('recurrent_kernel', [...kernel, outputs, gates]),
      ...(use_bias ? [spec('bias', [gates])] : []),
    ];
  }
  if (layer.className === 'Dense') return [spec('kernel', [inputs, outputs]), ...bias];
  if (layer.className !== 'BatchNormalization') return [];
  const { scale, center } = layer.config;
  return [
    ...(scale ? [spec('gamma', [outputs])] : []),
    ...(center ? [spec('beta', [outputs])] : []),
    spec('moving_mean', [outputs]),
    spec('moving_variance', [outputs]),
  ];
};

/** The weights by name. Throws ModelError 'mismatch' when one of `specs` is missing or of another shape, or one is left over. */
export const weightsByName = (
  specs: readonly Pick<WeightSpec, 'name' | 'shape'>[],
  weights: readonly Weight[],
): ReadonlyMap<string, Weight> => {
  const given = new Map(weights.map((weight) => [weight.name, weight]));
  for (const { name, shape } of specs) {
    const weight = given.get(name);
    if (weight?.shape.join() === shape.join() && weight.data.length === sizeOf(shape)) continue;
    const found = weight ? `[${weight.shape.join(', ')}] with ${weight.data.length} values` : 'no such weight';
    throw new ModelError('mismatch', `Weight '${name}': expected shape [${shape.join(', ')}], found ${found}`);
  }
  const names = new Set(specs.map(({ name }) => name));
  const extra = weights.find(({ name }) => !names.has(name));
  if (extra) throw new ModelError('mismatch', `Weight '${extra.name}': expected a layer that has it, found none`);
  return given;
};
