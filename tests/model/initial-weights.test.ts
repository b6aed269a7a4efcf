import { architecture } from '../../src/model/architectures/architecture.ts';
import { recurrent } from '../../src/model/architectures/recurrent.ts';
import { segmenter } from '../../src/model/architectures/segmenter.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { orthogonal } from '../../src/model/orthogonal.ts';
import { randomSource } from '../../src/model/random.ts';

/** The products of all pairs of columns of a row-major matrix. */
const gram = (data: Float32Array, columns: number): number[][] =>
  Array.from({ length: columns }, (_, a) =>
    Array.from({ length: columns }, (__, b) => {
      let sum = 0;
      for (let row = 0; row < data.length; row += columns) sum += data[row + a]! * data[row + b]!;
      return sum;
    }),
  );

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

test('kernels before a ReLU are He uniform where that is asked for, and others stay', () => {
  const limits = (relu: 'glorot' | 'he') =>
    Object.fromEntries(
      initialWeights(segmenter([32, 32, 1]), 1, { relu }).map(({ name, data }) => [name, Math.max(...data)]),
    );
  const [glorot, he] = [limits('glorot'), limits('he')];
  const limit = Math.sqrt(6 / (9 * 96));
  expect(he['eighth_merged/kernel']).toBeLessThanOrEqual(limit);
  expect(he['eighth_merged/kernel']).toBeGreaterThan(0.98 * limit);
  expect(he['eighth_merged/kernel']! / glorot['eighth_merged/kernel']!).toBeCloseTo(Math.sqrt(144 / 96), 2);
  expect(he['marked/kernel']).toBe(glorot['marked/kernel']);
});

test('recurrent kernels are orthogonal, and the forget gates begin open', () => {
  const weights = initialWeights(recurrent([16, 16, 1]), 1);
  const kernel = weights.find(({ name }) => name === 'conv_lstm2d_1/recurrent_kernel')!;
  expect(kernel.shape).toEqual([3, 3, 16, 64]);
  for (const [a, row] of gram(kernel.data, 64).entries())
    for (const [b, product] of row.entries()) expect(product).toBeCloseTo(a === b ? 1 : 0, 5);
  const bias = weights.find(({ name }) => name === 'conv_lstm2d_1/bias')!;
  expect(Array.from(bias.data)).toEqual(Array.from({ length: 64 }, (_, at) => (at >= 16 && at < 32 ? 1 : 0)));
});

test('a recurrent kernel wider than high has orthogonal rows', () => {
  const data = orthogonal(2, 5, randomSource(1));
  const rows = [data.subarray(0, 5), data.subarray(5)];
  const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
  for (const [a, row] of rows.entries())
    for (const [b, other] of rows.entries()) expect(dot(row, other)).toBeCloseTo(a === b ? 1 : 0, 6);
});
