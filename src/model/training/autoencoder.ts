import { ModelError } from '../../core/errors.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { layerGraph } from '../shapes.ts';
import type { LayerGraph } from '../shapes.ts';
import { toFloat32 } from './layer.ts';
import { parameterLayout } from './parameters.ts';
import type { ParameterSlot } from './parameters.ts';

export interface Autoencoder {
  readonly layers: LayerGraph;
  readonly picture: PictureShape;
  readonly layout: readonly ParameterSlot[];
  /** P, the length of the flat parameter vector. */
  readonly parameters: number;
}

/**
 * Throws ModelError 'unsupported' for a layer that cannot be computed or a model without weights, 'mismatch' unless
 * input and output are pictures of one shape.
 */
export const autoencoder = (topology: Topology): Autoencoder => {
  const layers = layerGraph(topology);
  const layout = parameterLayout(layers.nodes);
  const { name } = topology.config;
  if (!layout.some(({ trainable }) => trainable))
    throw new ModelError('unsupported', `Model '${name}': expected weights to train, found none`);
  const parameters = layout.reduce((sum, { size }) => sum + size, 0);
  return { layers, picture: pictureShape(name, layers), layout, parameters };
};

const pictureShape = (name: string, { input, output }: LayerGraph): PictureShape => {
  const [height, width, channels, ...more] = input.outputShape;
  const isPicture = height !== undefined && width !== undefined && channels !== undefined && more.length === 0;
  if (isPicture && output.outputShape.join() === input.outputShape.join()) return [height, width, channels];
  throw new ModelError(
    'mismatch',
    `Model '${name}': expected input and output to be pictures of one shape, found [${input.outputShape.join(', ')}] and [${output.outputShape.join(', ')}]`,
  );
};

/** Declares the input `frames`, uint8 [N, H, W, C]; returns it as float32 [N, C, H, W], 0..1. */
export const framesInput = (graph: OnnxGraph, [height, width, channels]: PictureShape, batch: number): string => {
  const frames = graph.input('frames', [batch, height, width, channels], 'uint8');
  const planes =
    channels === 1
      ? graph.op('Reshape', [frames, graph.ints([batch, 1, height, width])])
      : graph.op('Transpose', [frames], { perm: [0, 3, 1, 2] });
  return graph.op('Mul', [toFloat32(graph, planes), graph.scalar(1 / 255)]);
};

/** The mean of (y - target)^2 over all values of [N, C, H, W], and how to write its gradient with respect to y. */
export const meanSquaredError = (
  graph: OnnxGraph,
  y: string,
  target: string,
  shape: readonly number[],
): { readonly output: string; readonly gradient: () => string } => {
  const difference = graph.op('Sub', [y, target]);
  const squared = graph.op('Mul', [difference, difference]);
  return {
    output: graph.op('ReduceMean', [squared], { keepdims: 0 }),
    gradient: () => graph.op('Mul', [difference, graph.scalar(2 / sizeOf(shape))]),
  };
};
