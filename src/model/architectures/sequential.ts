import type { Topology } from '../layers-model.ts';
import type { Shape } from '../output-shape.ts';
import { functional, modelInput } from './functional.ts';

/** A layer to be placed in a sequence; `name` is what its number is appended to. */
export interface LayerSpec {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

type Activation = 'linear' | 'relu' | 'sigmoid' | 'tanh';
interface ConvolutionOptions {
  readonly kernelSize?: number;
  readonly strides?: number;
  readonly padding?: 'same' | 'valid';
  readonly activation?: Activation;
}

/** 3x3, stride 1, same size, relu unless told otherwise. */
export const conv2d = (filters: number, options?: ConvolutionOptions): LayerSpec =>
  convolution('conv2d', 'Conv2D', filters, options);

export const conv2dTranspose = (filters: number, options?: ConvolutionOptions): LayerSpec =>
  convolution('conv2d_transpose', 'Conv2DTranspose', filters, options);

const convolution = (
  name: string,
  className: string,
  filters: number,
  { kernelSize = 3, strides = 1, padding = 'same', activation = 'relu' }: ConvolutionOptions = {},
): LayerSpec => ({
  name,
  className,
  config: {
    filters,
    kernel_size: [kernelSize, kernelSize],
    strides: [strides, strides],
    padding,
    data_format: 'channels_last',
    activation,
    use_bias: true,
  },
});

/** Halves height and width, rounding up. */
export const maxPooling2D = (): LayerSpec => ({
  name: 'max_pooling2d',
  className: 'MaxPooling2D',
  config: { pool_size: [2, 2], strides: [2, 2], padding: 'same', data_format: 'channels_last' },
});

/** Doubles height and width by repeating. */
export const upSampling2D = (): LayerSpec => ({
  name: 'up_sampling2d',
  className: 'UpSampling2D',
  config: { size: [2, 2], interpolation: 'nearest', data_format: 'channels_last' },
});

export const dense = (units: number, activation: Activation = 'relu'): LayerSpec => ({
  name: 'dense',
  className: 'Dense',
  config: { units, activation, use_bias: true },
});

export const flatten = (): LayerSpec => ({ name: 'flatten', className: 'Flatten', config: {} });

export const reshape = (shape: readonly number[]): LayerSpec => ({
  name: 'reshape',
  className: 'Reshape',
  config: { target_shape: shape },
});

/** 3x3, same size, over a sequence of pictures; gives the hidden state after each step. */
export const convLstm2D = (filters: number): LayerSpec => ({
  name: 'conv_lstm2d',
  className: 'ConvLSTM2D',
  config: {
    filters,
    kernel_size: [3, 3],
    strides: [1, 1],
    padding: 'same',
    data_format: 'channels_last',
    activation: 'tanh',
    // Keras 3 computes hard_sigmoid differently from Keras 2 and TensorFlow.js.
    recurrent_activation: 'sigmoid',
    use_bias: true,
    unit_forget_bias: true,
    return_sequences: true,
  },
});

/** The layer applied to each picture of a sequence. */
export const timeDistributed = ({ name, className, config }: LayerSpec): LayerSpec => ({
  name: 'time_distributed',
  className: 'TimeDistributed',
  config: { layer: { class_name: className, config: { name, trainable: true, ...config } } },
});

/** A model in which each layer reads the one before. Layers are named by kind and number: conv2d_1, conv2d_2. */
export const sequential = (name: string, input: Shape, specs: readonly LayerSpec[]): Topology => {
  const counts = new Map<string, number>();
  const names = specs.map((spec) => {
    const count = (counts.get(spec.name) ?? 0) + 1;
    counts.set(spec.name, count);
    return `${spec.name}_${count}`;
  });
  const layers = specs.map((spec, index) => ({
    ...spec,
    name: names[index] ?? '',
    reads: [names[index - 1] ?? modelInput],
  }));
  return functional(name, input, layers);
};
