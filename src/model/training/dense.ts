import { sizeOf } from '../../core/tensor.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { channelsFirst, channelsLast, isPictures } from '../onnx-layers.ts';
import type { Shape } from '../output-shape.ts';
import type { LayerNode } from '../shapes.ts';
import { activate } from './activation.ts';
import { channelSums, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';

/** Values are reordered as Keras does, channels last: [N, ...from] to [N, ...to]. */
const reshaped = (graph: OnnxGraph, value: string, batch: number, from: Shape, to: Shape): string => {
  // One channel, or one pixel: the same values in the same order either way.
  const isOrdered = (shape: Shape): boolean =>
    !isPictures(shape) || shape.at(-1) === 1 || sizeOf(shape.slice(-3, -1)) === 1;
  const last = isOrdered(from) ? value : channelsLast(graph, value, from);
  if (isOrdered(to)) {
    const [height, width, channels] = to.slice(-3);
    const stored = isPictures(to) ? [-1, channels!, height!, width!] : [batch, ...to];
    return graph.op('Reshape', [last, graph.ints(stored)]);
  }
  return channelsFirst(graph, graph.op('Reshape', [last, graph.ints([batch, ...to])]), to);
};

/** Flatten and Reshape. */
export const reshape = (node: LayerNode<'Flatten' | 'Reshape'>, scope: LayerScope): Differentiable => {
  const { graph, batch } = scope;
  const { outputShape } = node;
  const inputShape = node.inputShapes[0]!;
  return {
    output: reshaped(graph, onlyInput(scope), batch, inputShape, outputShape),
    backward: (gradient) => ({ inputs: [() => reshaped(graph, gradient, batch, outputShape, inputShape)] }),
  };
};

/** y = activation(x kernel + bias), along the last axis of x. */
export const dense = (node: LayerNode<'Dense'>, scope: LayerScope): Differentiable => {
  const { graph } = scope;
  const { config, outputShape } = node;
  const inputShape = node.inputShapes[0]!;
  const [inputs, units] = [inputShape.at(-1)!, config.units];
  const x = channelsLast(graph, onlyInput(scope), inputShape);
  const kernel = scope.weight('kernel');
  const product = graph.op('MatMul', [x, kernel]);
  const z = config.use_bias ? graph.op('Add', [product, scope.weight('bias')]) : product;
  const activated = activate(graph, config.activation, z);
  const rows = scope.batch * sizeOf(inputShape.slice(0, -1));
  const flat = (value: string, columns: number): string => graph.op('Reshape', [value, graph.ints([rows, columns])]);
  return {
    output: channelsFirst(graph, activated.output, outputShape),
    backward: (gradient) => {
      const dz = activated.backward(channelsLast(graph, gradient, outputShape));
      const dx = (): string => graph.op('MatMul', [dz, graph.op('Transpose', [kernel], { perm: [1, 0] })]);
      return {
        inputs: [() => channelsFirst(graph, dx(), inputShape)],
        weights: {
          kernel: graph.op('Gemm', [flat(x, inputs), flat(dz, units)], { transA: 1 }),
          ...(config.use_bias && { bias: channelSums(graph, flat(dz, units), [units]) }),
        },
      };
    },
  };
};
