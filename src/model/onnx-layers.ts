import type { ClassName } from './layer-config.ts';
import type { Weight } from './layers-model.ts';
import { kernelAndBias, scaleAndOffset } from './normalization.ts';
import type { LinearLayer } from './normalization.ts';
import { activate } from './onnx-activation.ts';
import { convLstm } from './onnx-conv-lstm.ts';
import type { StatePorts } from './onnx-conv-lstm.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import { axisWithoutBatch } from './output-shape.ts';
import type { Shape } from './output-shape.ts';
import { transposedWindowAlong, windowAlong } from './padding.ts';
import type { LayerNode, StepNode } from './shapes.ts';
import { transpose } from './transpose.ts';

export interface LayerContext {
  readonly graph: OnnxGraph;
  readonly weights: ReadonlyMap<string, Weight>;
  /** BatchNormalization layers that are multiplied into the linear layer of this name. */
  readonly foldable: ReadonlyMap<string, LayerNode<'BatchNormalization'>>;
  /** Without it, recurrent layers begin at 0. */
  readonly statePorts?: StatePorts | undefined;
}

type Rule<C extends ClassName> = (context: LayerContext, layer: LayerNode<C>, inputs: readonly string[]) => string;

/**
 * Adds one layer as it is at inference. Pictures are channels first; a sequence of pictures lies as a batch of them,
 * [N * steps, channels, height, width]; all others are as in Keras.
 */
export const addLayer = (context: LayerContext, layer: StepNode, inputs: readonly string[]): string =>
  (rules[layer.className] as Rule<ClassName>)(context, layer, inputs);

const same = (_context: LayerContext, _layer: LayerNode, [x = '']: readonly string[]): string => x;

const rules: { readonly [C in StepNode['className']]: Rule<C> } = {
  InputLayer: same,
  Dropout: same,
  GaussianNoise: same,

  Conv2D(context, layer, [x = '']) {
    const { kernel_size, strides, activation } = layer.config;
    const y = context.graph.op('Conv', [x, ...constants(context, layer, [3, 2, 0, 1])], {
      kernel_shape: kernel_size,
      strides,
      pads: pads(layer, kernel_size),
    });
    return activate(context.graph, y, activation);
  },

  Conv2DTranspose(context, layer, [x = '']) {
    const { kernel_size, strides, padding, activation } = layer.config;
    const [height = 0, width = 0] = layer.inputShapes[0] ?? [];
    const vertical = transposedWindowAlong(height, kernel_size[0], strides[0], padding);
    const horizontal = transposedWindowAlong(width, kernel_size[1], strides[1], padding);
    const y = context.graph.op('ConvTranspose', [x, ...constants(context, layer, [3, 2, 0, 1])], {
      kernel_shape: kernel_size,
      strides,
      pads: [vertical.before, horizontal.before, vertical.after, horizontal.after],
      output_padding: [vertical.extra, horizontal.extra],
    });
    return activate(context.graph, y, activation);
  },

  ConvLSTM2D: (context, layer, [x = '']) => convLstm(context, layer, x),

  MaxPooling2D({ graph }, layer, [x = '']) {
    const { pool_size, strides } = layer.config;
    return graph.op('MaxPool', [x], { kernel_shape: pool_size, strides, pads: pads(layer, pool_size) });
  },

  AveragePooling2D({ graph }, layer, [x = '']) {
    const { pool_size, strides } = layer.config;
    return graph.op('AveragePool', [x], { kernel_shape: pool_size, strides, pads: pads(layer, pool_size) });
  },

  UpSampling2D({ graph }, { config }, [x = '']) {
    const scales = graph.initializer(Float32Array.of(1, 1, ...config.size), [4]);
    const mode = config.interpolation === 'nearest' ? { mode: 'nearest', nearest_mode: 'floor' } : { mode: 'linear' };
    return graph.op('Resize', [x, '', scales], { coordinate_transformation_mode: 'asymmetric', ...mode });
  },

  Dense(context, layer, [x = '']) {
    const { graph } = context;
    const [kernel = '', bias] = constants(context, layer, [0, 1]);
    const product = graph.op('MatMul', [channelsLast(graph, x, layer.inputShapes[0]!), kernel]);
    const y = bias ? graph.op('Add', [product, bias]) : product;
    return channelsFirst(graph, activate(graph, y, layer.config.activation), layer.outputShape);
  },

  Flatten: ({ graph }, layer, [x = '']) => reshape(graph, layer, x),
  Reshape: ({ graph }, layer, [x = '']) => reshape(graph, layer, x),

  BatchNormalization({ graph, weights, foldable }, layer, [x = '']) {
    if (foldable.get(layer.inputs[0] ?? '') === layer) return x;
    const { scale, offset } = scaleAndOffset(layer, weights);
    const shape = isPictures(layer.outputShape) ? [scale.length, 1, 1] : [scale.length];
    const scaled = graph.op('Mul', [x, graph.initializer(scale, shape)]);
    return graph.op('Add', [scaled, graph.initializer(offset, shape)]);
  },

  Concatenate({ graph }, { config, outputShape }, inputs) {
    const axis = axisWithoutBatch(config.axis, outputShape.length);
    return graph.op('Concat', inputs, { axis: axisOfValue(axis, outputShape) });
  },

  Add: ({ graph }, _layer, inputs) => inputs.reduce((sum, x) => graph.op('Add', [sum, x])),
  Activation: ({ graph }, { config }, [x = '']) => activate(graph, x, config.activation),
  LeakyReLU: ({ graph }, { config }, [x = '']) => graph.op('LeakyRelu', [x], { alpha: { float: config.alpha } }),
};

/** One picture, or a sequence of them. */
export const isPictures = (shape: Shape): boolean => shape.length === 3 || shape.length === 4;

/** Where an axis of `shape` (without batch; not that of the steps) lies in a value of the graph. */
export const axisOfValue = (axis: number, shape: Shape): number =>
  isPictures(shape) ? [2, 3, 1][axis - (shape.length - 3)]! : axis + 1;

/** From Keras's layout, [N, ...shape], to the graph's. */
export const channelsFirst = (graph: OnnxGraph, x: string, shape: Shape): string => {
  if (!isPictures(shape)) return x;
  const [height = 1, width = 1, channels = 1] = shape.slice(-3);
  // ONNX Runtime moves a Transpose behind what follows, and is slow with pictures whose last axis is 1.
  if (channels === 1) return graph.op('Reshape', [x, graph.ints([-1, 1, height, width])]);
  const pictures = shape.length === 4 ? graph.op('Reshape', [x, graph.ints([-1, ...shape.slice(1)])]) : x;
  return graph.op('Transpose', [pictures], { perm: [0, 3, 1, 2] });
};

/** The inverse of `channelsFirst`. */
export const channelsLast = (graph: OnnxGraph, x: string, shape: Shape): string => {
  if (!isPictures(shape)) return x;
  if (shape.at(-1) === 1) return graph.op('Reshape', [x, graph.ints([-1, ...shape])]);
  const pictures = graph.op('Transpose', [x], { perm: [0, 2, 3, 1] });
  return shape.length === 4 ? graph.op('Reshape', [pictures, graph.ints([-1, ...shape])]) : pictures;
};

/** Kernel, with its axes in ONNX's order, and bias if there is one. */
const constants = (
  { graph, weights, foldable }: LayerContext,
  layer: LinearLayer,
  axes: readonly number[],
): readonly string[] => {
  const shape = weights.get(`${layer.name}/kernel`)?.shape ?? [];
  const { kernel, bias } = kernelAndBias(layer, weights, foldable.get(layer.name));
  const names = [
    graph.initializer(
      transpose(kernel, shape, axes),
      axes.map((axis) => shape[axis] ?? 0),
    ),
  ];
  return bias ? [...names, graph.initializer(bias, [bias.length])] : names;
};

const pads = (
  { config, inputShapes }: LayerNode<'Conv2D' | 'MaxPooling2D' | 'AveragePooling2D'>,
  kernel: readonly [number, number],
): number[] => {
  const [height = 0, width = 0] = inputShapes[0] ?? [];
  const vertical = windowAlong(height, kernel[0], config.strides[0], config.padding);
  const horizontal = windowAlong(width, kernel[1], config.strides[1], config.padding);
  return [vertical.before, horizontal.before, vertical.after, horizontal.after];
};

const reshape = (graph: OnnxGraph, { inputShapes, outputShape }: LayerNode, x: string): string => {
  const rows = channelsLast(graph, x, inputShapes[0]!);
  return channelsFirst(graph, graph.op('Reshape', [rows, graph.ints([-1, ...outputShape])]), outputShape);
};
