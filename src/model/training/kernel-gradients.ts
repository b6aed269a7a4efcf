import type { OnnxGraph } from '../onnx/graph.ts';
import { transposedAttributes } from './window.ts';
import type { Window } from './window.ts';

/**
 * The gradient of a convolution with respect to its input: from `gradient` [N, O, ...output] and `kernel` OIHW to
 * [N, I, ...input]. At stride 1 it is a convolution with the flipped, swapped kernel, which ONNX Runtime runs faster.
 */
export const inputGradient = (graph: OnnxGraph, gradient: string, kernel: string, window: Window): string => {
  const { strides, before, after } = window;
  const [rows, columns] = window.kernel;
  if (strides[0] !== 1 || strides[1] !== 1)
    return graph.op('ConvTranspose', [gradient, kernel], transposedAttributes(window));
  const swapped = graph.op('Transpose', [kernel], { perm: [1, 0, 2, 3] });
  const flipped = graph.op('Slice', [
    swapped,
    graph.ints([-1, -1]),
    graph.ints([-rows - 1, -columns - 1]),
    graph.ints([2, 3]),
    graph.ints([-1, -1]),
  ]);
  return graph.op('Conv', [gradient, flipped], {
    kernel_shape: [rows, columns],
    pads: [rows - 1 - before[0], columns - 1 - before[1], rows - 1 - after[0], columns - 1 - after[1]],
  });
};

/** Up to this many channels, all shifted copies of a picture go through one matrix product. */
const fewChannels = 4;

/**
 * The gradient of a convolution with respect to its kernel, OIHW, from `x` [N, I, ...input] and `gradient`
 * [N, O, ...output]: for each tap of the kernel one side, shifted, times the other. The side with fewer channels is
 * the one shifted, because shifting copies it once a tap.
 */
export const kernelGradient = (
  graph: OnnxGraph,
  x: string,
  gradient: string,
  window: Window,
  [batch, outChannels, inChannels]: readonly [batch: number, outChannels: number, inChannels: number],
): string => {
  const [rows, columns] = window.kernel;
  const mirrored = window.strides[0] === 1 && window.strides[1] === 1 && outChannels < inChannels;
  const { before, after } = window;
  const shape = [rows, columns];
  // Mirrored: x stays, and tap (i, j) reads the output gradient padded the other way round, from the last tap back.
  const moving = mirrored
    ? {
        value: gradient,
        channels: outChannels,
        before: [rows - 1 - before[0], columns - 1 - before[1]],
        after: [rows - 1 - after[0], columns - 1 - after[1]],
        span: window.input,
      }
    : { value: x, channels: inChannels, before, after, span: window.output };
  const still = mirrored ? { value: x, channels: inChannels } : { value: gradient, channels: outChannels };
  const area = moving.span[0] * moving.span[1];
  const flat = graph.op('Reshape', [still.value, graph.ints([batch, still.channels, area])]);
  const pads = [0, 0, ...moving.before, 0, 0, ...moving.after];
  const padded = pads.some((pad) => pad > 0) ? graph.op('Pad', [moving.value, graph.ints(pads)]) : moving.value;
  const taps = Array.from({ length: rows * columns }, (_, tap) => {
    const at = mirrored ? rows * columns - 1 - tap : tap;
    const start = [Math.floor(at / columns), at % columns] as const;
    const ends = start.map((from, axis) => from + (moving.span[axis]! - 1) * window.strides[axis]! + 1);
    const shifted = graph.op('Slice', [
      padded,
      graph.ints(start),
      graph.ints(ends),
      graph.ints([2, 3]),
      graph.ints(window.strides),
    ]);
    return graph.op('Reshape', [shifted, graph.ints([batch, moving.channels, area])]);
  });
  const product = (shifted: string): string => {
    const transposed = graph.op('Transpose', [shifted], { perm: [0, 2, 1] });
    return graph.op('ReduceSum', [graph.op('MatMul', [flat, transposed]), graph.ints([0])], { keepdims: 0 });
  };
  // [still, taps, moving] either way.
  const products =
    moving.channels <= fewChannels
      ? graph.op('Reshape', [
          product(graph.op('Concat', taps, { axis: 1 })),
          graph.ints([still.channels, rows * columns, moving.channels]),
        ])
      : graph.op(
          'Concat',
          taps.map((tap) => graph.op('Unsqueeze', [product(tap), graph.ints([1])])),
          { axis: 1 },
        );
  const ordered = graph.op('Transpose', [products], { perm: mirrored ? [2, 0, 1] : [0, 2, 1] });
  return graph.op('Reshape', [ordered, graph.ints([outChannels, inChannels, ...shape])]);
};
