import { layerGraph } from '../../../src/model/shapes.ts';
import { flatten, parameterLayout, unflatten } from '../../../src/model/training/parameters.ts';
import { functional, normal } from './training-steps.ts';

const topology = functional(
  [4, 6, 2],
  [
    { className: 'Conv2D', config: { filters: 3, kernel_size: [2, 3] } },
    { className: 'BatchNormalization' },
    { className: 'Conv2DTranspose', config: { filters: 2, kernel_size: [2, 3] } },
    { className: 'Dense', config: { units: 2 } },
  ],
);
const layout = parameterLayout(layerGraph(topology).nodes);
const weights = layout.map(({ name, shape, size }, seed) => ({ name, shape, data: normal(size, seed) }));

test('trained weights come first, in the order of the layers; moving averages last; without gaps', () => {
  expect(layout.map(({ name }) => name)).toEqual([
    'l1/kernel',
    'l1/bias',
    'l2/gamma',
    'l2/beta',
    'l3/kernel',
    'l3/bias',
    'l4/kernel',
    'l4/bias',
    'l2/moving_mean',
    'l2/moving_variance',
  ]);
  expect(layout.map(({ trainable }) => trainable).lastIndexOf(true)).toBe(7);
  for (const [at, { offset }] of layout.entries())
    expect(offset).toBe(layout.slice(0, at).reduce((sum, { size }) => sum + size, 0));
});

test('weights come back unchanged from the flat vector', () => {
  expect(unflatten(flatten(weights, layout), layout)).toEqual(weights);
});

test('a kernel [height, width, in, out] lies as [out, in, height, width]', () => {
  const { offset, shape } = layout[0]!;
  const kernel = weights[0]!.data;
  const flat = flatten(weights, layout);
  const [rows, columns, inputs, outputs] = shape as [number, number, number, number];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < outputs; output++)
          expect(flat[offset + ((output * inputs + input) * rows + row) * columns + column]).toBe(
            kernel[((row * columns + column) * inputs + input) * outputs + output],
          );
});

test('refuses weights that are not those of the layout', () => {
  expect(() => flatten(weights.slice(1), layout)).toThrow(
    "Weight 'l1/kernel': expected shape [2, 3, 2, 3], found no such weight",
  );
});
