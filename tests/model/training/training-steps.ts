import type { Tensor, Tensors } from '../../../src/core/tensor.ts';
import type { LayerConfig, PictureShape, Topology } from '../../../src/model/layers-model.ts';
import { randomSource } from '../../../src/model/random.ts';
import type { ParameterSlot } from '../../../src/model/training/parameters.ts';

/** A layer by class and config; `from` counts back to the layers it reads (default: the one before). */
export interface TestLayer {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly from?: readonly number[];
}

/** A functional model of `layers` with the names l0 (the input layer), l1, l2, ... */
export const functional = (input: readonly number[], layers: readonly TestLayer[]): Topology => {
  const inputLayer: LayerConfig = {
    class_name: 'InputLayer',
    name: 'l0',
    config: { name: 'l0', batch_input_shape: [null, ...input] },
    inbound_nodes: [],
  };
  const rest = layers.map(({ className, config, from = [1] }, index): LayerConfig => {
    const name = `l${index + 1}`;
    const inbound = from.map((back) => [`l${index + 1 - back}`, 0, 0, {}] as const);
    return { class_name: className, name, config: { ...config, name }, inbound_nodes: [inbound] };
  });
  return {
    class_name: 'Functional',
    config: {
      name: 'test',
      layers: [inputLayer, ...rest],
      input_layers: [['l0', 0, 0]],
      output_layers: [[`l${layers.length}`, 0, 0]],
    },
  };
};

/** Normal random numbers. */
export const normal = (length: number, seed: number, stddev = 1): Float32Array => {
  const random = randomSource(seed);
  return Float32Array.from(
    { length },
    () => stddev * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
};

export const randomFrames = (batch: number, shape: PictureShape, seed = 3): Tensor => {
  const random = randomSource(seed);
  const data = Uint8Array.from({ length: batch * shape[0] * shape[1] * shape[2] }, () => Math.floor(random() * 256));
  return { type: 'uint8', shape: [batch, ...shape], data };
};

/** Random parameters away from 0; moving variances are positive. */
export const randomParameters = (layout: readonly ParameterSlot[], seed: number): Float32Array => {
  const last = layout.at(-1);
  const p = normal((last?.offset ?? 0) + (last?.size ?? 0), seed, 0.4);
  for (const { name, offset, size } of layout)
    if (name.endsWith('moving_variance')) p.set(p.subarray(offset, offset + size).map(Math.abs), offset);
  return p;
};

const vector = (data: Float32Array): Tensor => ({ type: 'float32', shape: [data.length], data });

/** The inputs of a training graph; moments are 0, and so is the learning rate unless given. */
export const stepInputs = (
  frames: Tensor,
  p: Float32Array,
  {
    m = new Float32Array(p.length),
    v = new Float32Array(p.length),
    lr = 0,
    t = 1,
  }: { m?: Float32Array; v?: Float32Array; lr?: number; t?: number } = {},
): Tensors => ({
  frames,
  p: vector(p),
  m: vector(m),
  v: vector(v),
  lr: vector(Float32Array.of(lr)),
  t: vector(Float32Array.of(t)),
});

export const floats = (outputs: Tensors, name: string): Float32Array => outputs[name]!.data as Float32Array;
