import { sizeOf } from '../../core/tensor.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { LayerNode } from '../shapes.ts';
import { tapSlice } from './kernel-gradients.ts';
import { inputPicture, onlyInput } from './layer.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import type { Differentiable, LayerScope } from './layer.ts';
import { nearest } from './upsampling.ts';
import { transposedAttributes, windowAttributes, windowOver } from './window.ts';
import type { Window } from './window.ts';

const isTiled = ({ kernel, strides }: Window): boolean => kernel[0] === strides[0] && kernel[1] === strides[1];

/** Gives each cell of `value` [N, C, ...output] to the input cells of its window, which must not overlap. */
const tile = (graph: OnnxGraph, value: string, window: Window): string => {
  const { kernel, before, input, output } = window;
  const axes = [0, 1] as const;
  const tiled = nearest(graph, value, kernel);
  const missing = axes.map((axis) => Math.max(0, input[axis] + before[axis] - output[axis] * kernel[axis]));
  const padded = missing.some((length) => length > 0)
    ? graph.op('Pad', [tiled, graph.ints([0, 0, 0, 0, 0, 0, ...missing])])
    : tiled;
  if (axes.every((axis) => output[axis] * kernel[axis] <= input[axis])) return padded;
  const ends = axes.map((axis) => before[axis] + input[axis]);
  return graph.op('Slice', [padded, graph.ints(before), graph.ints(ends), graph.ints([2, 3])]);
};

/** Adds each cell of `value`, times `weights` [...kernel], to the input cells of its window. */
const spread = (
  graph: OnnxGraph,
  value: string,
  weights: readonly number[],
  window: Window,
  channels: number,
): string => {
  const kernel = Float32Array.from({ length: channels * weights.length }, (_, at) => weights[at % weights.length]!);
  return graph.op('ConvTranspose', [value, graph.initializer(kernel, [channels, 1, ...window.kernel])], {
    ...transposedAttributes(window),
    group: channels,
  });
};

/** The largest of each window. Where several cells are equally large, each gets an equal part of the gradient. */
export const maxPooling = (node: LayerNode<'MaxPooling2D'>, scope: LayerScope): Differentiable => {
  const { graph } = scope;
  const x = onlyInput(scope);
  const [height, width, channels] = inputPicture(node);
  const window = windowOver([height, width], node.config.pool_size, node.config.strides, node.config.padding);
  const y = graph.op('MaxPool', [x], windowAttributes(window));
  const equals = (a: string, b: string): string => toFloat32(graph, graph.op('Equal', [a, b]));
  const tiled = (gradient: string): string => {
    const isLargest = equals(x, tile(graph, y, window));
    const share = graph.op('AveragePool', [isLargest], { ...windowAttributes(window), count_include_pad: 1 });
    const ties = graph.op('Mul', [share, graph.scalar(sizeOf(window.kernel))]);
    return graph.op('Mul', [tile(graph, graph.op('Div', [gradient, ties]), window), isLargest]);
  };
  const overlapping = (gradient: string): string => {
    const pads = graph.ints([0, 0, ...window.before, 0, 0, ...window.after]);
    const padded = graph.op('Pad', [x, pads, graph.scalar(-Infinity)]);
    const taps = Array.from({ length: sizeOf(window.kernel) }, (_, tap) =>
      equals(tapSlice(graph, padded, tap, window), y),
    );
    const divided = graph.op('Div', [gradient, graph.op('Sum', taps)]);
    const parts = taps.map((isLargest, tap) => {
      const oneTap = taps.map((_, at) => Number(at === tap));
      return spread(graph, graph.op('Mul', [divided, isLargest]), oneTap, window, channels);
    });
    return graph.op('Sum', parts);
  };
  const backward = isTiled(window) ? tiled : overlapping;
  return { output: y, backward: (gradient) => ({ inputs: [() => backward(gradient)] }) };
};

/** The mean of each window, padding not counted. */
export const averagePooling = (node: LayerNode<'AveragePooling2D'>, scope: LayerScope): Differentiable => {
  const { graph } = scope;
  const x = onlyInput(scope);
  const [height, width, channels] = inputPicture(node);
  const window = windowOver([height, width], node.config.pool_size, node.config.strides, node.config.padding);
  const { kernel, strides, before, input, output } = window;
  const cells = (axis: 0 | 1, at: number): number => {
    const from = at * strides[axis] - before[axis];
    return Math.min(from + kernel[axis], input[axis]) - Math.max(from, 0);
  };
  const backward = (gradient: string): string => {
    const [rows, columns] = output;
    const weights = Float32Array.from(
      { length: rows * columns },
      (_, at) => 1 / (cells(0, Math.floor(at / columns)) * cells(1, at % columns)),
    );
    const weighted = graph.op('Mul', [gradient, graph.initializer(weights, [rows, columns])]);
    const ones = Array.from({ length: sizeOf(kernel) }, () => 1);
    return isTiled(window) ? tile(graph, weighted, window) : spread(graph, weighted, ones, window, channels);
  };
  return {
    output: graph.op('AveragePool', [x], windowAttributes(window)),
    backward: (gradient) => ({ inputs: [() => backward(gradient)] }),
  };
};
