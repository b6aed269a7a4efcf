import type { Tensors } from '../../src/core/tensor.ts';
import { mirrored } from '../../src/learn/mirror.ts';

/** Two samples of two frames, 1 x 3 RGB pixels each, and of one background; bytes count on. */
const inputs = (): Tensors => ({
  frames: { type: 'uint8', shape: [2, 2, 1, 3, 3], data: Uint8Array.from({ length: 36 }, (_, at) => at) },
  background: { type: 'float32', shape: [2, 1, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
});
const samples = { count: 2, batch: inputs };

test('a mirrored sample has its pixels from right to left, its colours and its frames in their order', () => {
  const draws = [0.9, 0.1];
  const { frames, background } = mirrored(samples, () => draws.shift()!).batch([0, 1]);
  const original = [...(inputs()['frames']!.data as Uint8Array)];
  expect([...frames!.data].slice(0, 18)).toEqual(original.slice(0, 18));
  expect([...frames!.data].slice(18)).toEqual([24, 25, 26, 21, 22, 23, 18, 19, 20, 33, 34, 35, 30, 31, 32, 27, 28, 29]);
  expect([...background!.data]).toEqual([1, 2, 3, 6, 5, 4]);
});
