import { sizeOf } from '../../core/tensor.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { mirrored, transposedAttributes, windowAttributes } from './window.ts';
import type { Window } from './window.ts';

const isDense = ({ strides }: Window): boolean => strides[0] === 1 && strides[1] === 1;

/**
 * The gradient of a convolution with respect to its input: from `gradient` [N, O, ...output] and `kernel` OIHW to
 * [N, I, ...input]. At stride 1 it is a convolution with the flipped, swapped kernel, which ONNX Runtime runs faster.
 */
export const inputGradient = (graph: OnnxGraph, gradient: string, kernel: string, window: Window): string => {
  if (!isDense(window)) return graph.op('ConvTranspose', [gradient, kernel], transposedAttributes(window));
  const swapped = graph.op('Transpose', [kernel], { perm: [1, 0, 2, 3] });
  const flipped = reversed(graph, swapped, [2, 3], window.kernel);
  return graph.op('Conv', [gradient, flipped], windowAttributes(mirrored(window)));
};

const reversed = (graph: OnnxGraph, value: string, axes: readonly number[], lengths: readonly number[]): string => {
  const operands = [axes.map(() => -1), lengths.map((length) => -length - 1), axes, axes.map(() => -1)];
  return graph.op('Slice', [value, ...operands.map((operand) => graph.ints(operand))]);
};

/**
 * The gradient of a convolution with respect to its kernel, OIHW, from `x` [N, I, ...input] and `gradient`
 * [N, O, ...output]: for each tap of the kernel one of the two, shifted, times the other. Shifting copies, so the one
 * with fewer channels is shifted where the stride allows it; shifting the gradient meets the taps in reverse.
 */
export const kernelGradient = (
  graph: OnnxGraph,
  x: string,
  gradient: string,
  window: Window,
  [batch, outChannels, inChannels]: readonly [batch: number, outChannels: number, inChannels: number],
): string => {
  const input = { value: x, channels: inChannels };
  const output = { value: gradient, channels: outChannels };
  const taps = sizeOf(window.kernel);
  const shape = graph.ints([outChannels, inChannels, ...window.kernel]);
  if (isDense(window) && outChannels < inChannels) {
    const products = reversed(graph, tapProducts(graph, input, output, mirrored(window), batch), [1], [taps]);
    return graph.op('Reshape', [graph.op('Transpose', [products], { perm: [2, 0, 1] }), shape]);
  }
  const products = tapProducts(graph, output, input, window, batch);
  return graph.op('Reshape', [graph.op('Transpose', [products], { perm: [0, 2, 1] }), shape]);
};

interface Picture {
  readonly value: string;
  readonly channels: number;
}

/** Up to this many channels, the copies for all taps go through one matrix product. */
const fewChannels = 4;

/** [S, taps, M]: `still` [N, S, ...output] times `moving` [N, M, ...input] as each tap sees it, summed over N and pixels. */
const tapProducts = (graph: OnnxGraph, still: Picture, moving: Picture, window: Window, batch: number): string => {
  const { kernel, strides, before, after, output } = window;
  const pixels = sizeOf(output);
  const rows = graph.op('Reshape', [still.value, graph.ints([batch, still.channels, pixels])]);
  const pads = [0, 0, ...before, 0, 0, ...after];
  const padded = pads.some((pad) => pad > 0) ? graph.op('Pad', [moving.value, graph.ints(pads)]) : moving.value;
  const seen = Array.from({ length: sizeOf(kernel) }, (_, tap) =>
    graph.op('Reshape', [
      tapSlice(graph, padded, tap, { kernel, strides, output }),
      graph.ints([batch, moving.channels, pixels]),
    ]),
  );
  const product = (columns: string): string => {
    const transposed = graph.op('Transpose', [columns], { perm: [0, 2, 1] });
    return graph.op('ReduceSum', [graph.op('MatMul', [rows, transposed]), graph.ints([0])], { keepdims: 0 });
  };
  if (moving.channels > fewChannels) {
    const products = seen.map((columns) => graph.op('Unsqueeze', [product(columns), graph.ints([1])]));
    return graph.op('Concat', products, { axis: 1 });
  }
  const all = product(graph.op('Concat', seen, { axis: 1 }));
  return graph.op('Reshape', [all, graph.ints([still.channels, seen.length, moving.channels])]);
};

/** What the tap of this number, row by row, sees of a padded picture: [N, C, ...output]. */
export const tapSlice = (
  graph: OnnxGraph,
  padded: string,
  tap: number,
  { kernel, strides, output }: Pick<Window, 'kernel' | 'strides' | 'output'>,
): string => {
  const starts = [Math.floor(tap / kernel[1]), tap % kernel[1]];
  const ends = starts.map((start, axis) => start + (output[axis]! - 1) * strides[axis]! + 1);
  return graph.op('Slice', [padded, ...[starts, ends, [2, 3], strides].map((operand) => graph.ints(operand))]);
};
