export type Padding = 'valid' | 'same';

/**
 * Where a convolution or pooling window goes along one axis, as TensorFlow places it: 'same' pads to
 * ceil(length / stride) outputs, with the odd cell at the end. https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export const windowAlong = (
  length: number,
  kernel: number,
  stride: number,
  padding: Padding,
): { readonly length: number; readonly before: number; readonly after: number } => {
  if (padding === 'valid') return { length: Math.floor((length - kernel) / stride) + 1, before: 0, after: 0 };
  const outputs = Math.ceil(length / stride);
  const total = Math.max(0, (outputs - 1) * stride + kernel - length);
  return { length: outputs, before: Math.floor(total / 2), after: Math.ceil(total / 2) };
};

/**
 * The transposed convolution along one axis: the gradient of the convolution that `windowAlong` places. `before` and
 * `after` are cut off the full result; `extra` zeros are added at its end where the stride is longer than the kernel.
 */
export const transposedWindowAlong = (
  length: number,
  kernel: number,
  stride: number,
  padding: Padding,
): { readonly length: number; readonly before: number; readonly after: number; readonly extra: number } => {
  const full = (length - 1) * stride + kernel;
  const outputs = length * stride + (padding === 'valid' ? Math.max(0, kernel - stride) : 0);
  const cut = Math.max(0, full - outputs);
  return {
    length: outputs,
    before: Math.floor(cut / 2),
    after: Math.ceil(cut / 2),
    extra: Math.max(0, outputs - full),
  };
};
