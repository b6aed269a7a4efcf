import type { Tensor, Tensors } from '../core/tensor.ts';
import type { Samples } from './samples.ts';

/**
 * The same samples, half of them, at random, with left and right changed: what looks like this moves as fast the other way.
 * In a training that goes on after it was cut off the draws begin anew.
 * Of each sample the inputs are `frames` [N, ..., H, W, C] and others of one channel, [N, ..., H, W].
 */
export const mirrored = (samples: Samples, random: () => number): Samples => ({
  count: samples.count,
  batch(indices): Tensors {
    const inputs = samples.batch(indices);
    const rows = indices.flatMap((_, row) => (random() < 0.5 ? [row] : []));
    for (const [name, tensor] of Object.entries(inputs)) for (const row of rows) mirror(tensor, row, name === 'frames');
    return inputs;
  },
});

/** Mirrors one sample in place. */
const mirror = ({ shape, data }: Tensor, row: number, hasChannels: boolean): void => {
  const [width = 1, channels = 1] = hasChannels ? shape.slice(-2) : shape.slice(-1);
  const size = data.length / (shape[0] ?? 1);
  for (let line = row * size; line < (row + 1) * size; line += width * channels) {
    const pixels = data.subarray(line, line + width * channels).reverse();
    for (let pixel = 0; pixel < pixels.length; pixel += channels) pixels.subarray(pixel, pixel + channels).reverse();
  }
};
