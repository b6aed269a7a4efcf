import { architecture } from '../../src/model/architectures/architecture.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';

const topology = architecture('strided', [16, 16, 3]);

test('the same seed gives the same weights, another seed others', () => {
  expect(initialWeights(topology, 1)).toEqual(initialWeights(topology, 1));
  expect(initialWeights(topology, 1)).not.toEqual(initialWeights(topology, 2));
});

test('kernels are Glorot uniform, biases zero', () => {
  const weights = initialWeights(topology, 1);
  const kernel = weights.find(({ name }) => name === 'conv2d_2/kernel')!;
  expect(kernel.shape).toEqual([3, 3, 32, 32]);
  const limit = Math.sqrt(6 / (9 * 32 + 9 * 32));
  const variance = kernel.data.reduce((sum, value) => sum + value ** 2, 0) / kernel.data.length;
  expect(Math.max(...kernel.data)).toBeLessThanOrEqual(limit);
  expect(Math.max(...kernel.data)).toBeGreaterThan(0.98 * limit);
  expect(variance / (limit ** 2 / 3)).toBeCloseTo(1, 1);
  expect(weights.find(({ name }) => name === 'conv2d_2/bias')!.data).toEqual(new Float32Array(32));
});
