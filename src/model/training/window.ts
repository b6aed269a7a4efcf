import { windowAlong } from '../padding.ts';
import type { Padding } from '../padding.ts';

export type Pair = readonly [number, number];

/** How a kernel goes over a picture of `input` [height, width] to give `output`; pads are rows or columns of zeros. */
export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly before: Pair;
  readonly after: Pair;
  readonly input: Pair;
  readonly output: Pair;
}

export const windowOver = (input: Pair, kernel: Pair, strides: Pair, padding: Padding): Window => {
  const rows = windowAlong(input[0], kernel[0], strides[0], padding);
  const columns = windowAlong(input[1], kernel[1], strides[1], padding);
  return {
    kernel,
    strides,
    input,
    before: [rows.before, columns.before],
    after: [rows.after, columns.after],
    output: [rows.length, columns.length],
  };
};

/** At stride 1: the window that goes back from `output` to `input`; its taps lie the other way round. */
export const mirrored = ({ kernel, strides, before, after, input, output }: Window): Window => {
  const rest = (pads: Pair): Pair => [kernel[0] - 1 - pads[0], kernel[1] - 1 - pads[1]];
  return { kernel, strides, before: rest(before), after: rest(after), input: output, output: input };
};

/** The window as attributes of ONNX's Conv, MaxPool and AveragePool. */
export const windowAttributes = ({ kernel, strides, before, after }: Window) => ({
  kernel_shape: kernel,
  strides,
  pads: [...before, ...after],
});

/** The window as attributes of ONNX's ConvTranspose that goes back from `output` to `input`. */
export const transposedAttributes = (window: Window) => {
  const { kernel, strides, before, after, input, output } = window;
  const missing = (axis: 0 | 1): number =>
    input[axis] - ((output[axis] - 1) * strides[axis] + kernel[axis] - before[axis] - after[axis]);
  return { ...windowAttributes(window), output_padding: [missing(0), missing(1)] };
};
