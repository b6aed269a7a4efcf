import { sizeOf } from '../core/tensor.ts';
import type { ConfigOf, TypedConfig } from './layer-config.ts';
import type { PictureShape } from './layers-model.ts';
import { transposedWindowAlong, windowAlong } from './padding.ts';
import type { Padding } from './padding.ts';
import { unsupported } from './unsupported.ts';

/** Lengths without the batch: [height, width, channels] of a picture, [steps, height, width, channels] of a sequence, [units] of a vector. */
export type Shape = readonly number[];

/** The shape a layer gives for its inputs' shapes. Throws ModelError 'unsupported' where they do not fit. */
export const outputShapeOf = (name: string, layer: TypedConfig, inputs: readonly Shape[]): Shape => {
  switch (layer.className) {
    case 'InputLayer':
      return layer.config.batch_input_shape.slice(1).map(Number);
    case 'Conv2D': {
      const { kernel_size, strides, padding, filters } = layer.config;
      return [...windows(name, onlyPicture(name, inputs), kernel_size, strides, padding), filters];
    }
    case 'Conv2DTranspose': {
      const { kernel_size: kernel, strides, padding, filters } = layer.config;
      const [height, width] = onlyPicture(name, inputs);
      return [
        transposedWindowAlong(height, kernel[0], strides[0], padding).length,
        transposedWindowAlong(width, kernel[1], strides[1], padding).length,
        filters,
      ];
    }
    case 'ConvLSTM2D': {
      const { kernel_size, strides, padding, filters, return_sequences } = layer.config;
      const [steps, picture] = onlySequence(name, inputs);
      const state = [...windows(name, picture, kernel_size, strides, padding), filters];
      return return_sequences ? [steps, ...state] : state;
    }
    case 'TimeDistributed': {
      const [steps, picture] = onlySequence(name, inputs);
      const inner = layer.config.layer;
      const output = outputShapeOf(name, inner, [picture]);
      if (output.length !== 3) throw unsupported(name, 'layer to be one that gives pictures', inner.className);
      return [steps, ...output];
    }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const { pool_size, strides, padding } = layer.config;
      const picture = onlyPicture(name, inputs);
      return [...windows(name, picture, pool_size, strides, padding), picture[2]];
    }
    case 'UpSampling2D': {
      const [height, width, channels] = onlyPicture(name, inputs);
      return [height * layer.config.size[0], width * layer.config.size[1], channels];
    }
    case 'Dense':
      return [...only(name, inputs).slice(0, -1), layer.config.units];
    case 'Flatten':
      return [sizeOf(only(name, inputs))];
    case 'Reshape':
      return reshaped(name, layer.config, only(name, inputs));
    case 'BatchNormalization': {
      const shape = only(name, inputs);
      if (![-1, shape.length].includes(layer.config.axis))
        throw unsupported(name, `axis to be the last (-1 or ${shape.length})`, layer.config.axis);
      return shape;
    }
    case 'Concatenate':
      return concatenated(name, layer.config, inputs);
    case 'Add':
      return alike(name, inputs);
    case 'Dropout':
    case 'GaussianNoise':
    case 'Activation':
    case 'LeakyReLU':
      return only(name, inputs);
  }
};

/** Position of a Keras axis (0 is the batch, -1 the last) in a shape without batch. */
export const axisWithoutBatch = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis - 1);

const only = (name: string, inputs: readonly Shape[]): Shape => {
  const [shape, ...more] = inputs;
  if (!shape || more.length > 0) throw unsupported(name, 'one input', inputs);
  return shape;
};

const onlyPicture = (name: string, inputs: readonly Shape[]): PictureShape => {
  const shape = only(name, inputs);
  const [height, width, channels] = shape;
  if (shape.length !== 3 || !height || !width || !channels)
    throw unsupported(name, 'an input of shape [height, width, channels]', shape);
  return [height, width, channels];
};

const onlySequence = (name: string, inputs: readonly Shape[]): readonly [steps: number, PictureShape] => {
  const shape = only(name, inputs);
  const [steps, height, width, channels] = shape;
  if (shape.length !== 4 || !steps || !height || !width || !channels)
    throw unsupported(name, 'an input of shape [steps, height, width, channels]', shape);
  return [steps, [height, width, channels]];
};

const windows = (
  name: string,
  [height, width]: PictureShape,
  kernel: readonly [number, number],
  strides: readonly [number, number],
  padding: Padding,
): [number, number] => {
  if (padding === 'valid' && (height < kernel[0] || width < kernel[1]))
    throw unsupported(name, `an input of at least ${kernel[0]} x ${kernel[1]}`, [height, width]);
  return [
    windowAlong(height, kernel[0], strides[0], padding).length,
    windowAlong(width, kernel[1], strides[1], padding).length,
  ];
};

const reshaped = (name: string, { target_shape: target }: ConfigOf<'Reshape'>, input: Shape): Shape => {
  const unknown = target.filter((length) => length === null || length === -1).length;
  const known = sizeOf(target.map((length) => Math.max(1, length ?? 1)));
  const rest = sizeOf(input) / known;
  if (unknown > 1 || !Number.isInteger(rest) || (unknown === 0 && rest !== 1))
    throw unsupported(name, `target_shape to hold the ${sizeOf(input)} values of its input`, target);
  return target.map((length) => (length === null || length === -1 ? rest : length));
};

const concatenated = (name: string, { axis }: ConfigOf<'Concatenate'>, inputs: readonly Shape[]): Shape => {
  const [first = []] = inputs;
  const at = axisWithoutBatch(axis, first.length);
  if (first[at] === undefined) throw unsupported(name, `axis within -${first.length}..${first.length}, not 0`, axis);
  if (first.length === 4 && at === 0) throw unsupported(name, 'axis of a sequence not to be that of its steps', axis);
  const joined = inputs.reduce((sum, shape) => sum + (shape[at] ?? 0), 0);
  alike(
    name,
    inputs.map((shape) => shape.with(at, joined)),
  );
  return first.with(at, joined);
};

const alike = (name: string, inputs: readonly Shape[]): Shape => {
  const [first] = inputs;
  if (!first || inputs.length < 2) throw unsupported(name, 'two or more inputs', inputs);
  if (inputs.some((shape) => shape.join() !== first.join()))
    throw unsupported(name, 'inputs of fitting shapes', inputs);
  return first;
};
