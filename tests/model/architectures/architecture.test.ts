import { ModelError } from '../../../src/core/errors.ts';
import { architecture } from '../../../src/model/architectures/architecture.ts';
import type { PictureShape } from '../../../src/model/layers-model.ts';
import { layerGraph } from '../../../src/model/shapes.ts';

const bottleneckOf = (name: string, shape: PictureShape): number =>
  Math.min(
    ...layerGraph(architecture(name, shape)).nodes.map(({ outputShape }) => outputShape.reduce((a, b) => a * b)),
  );

test.each<[string, PictureShape, number]>([
  ['convolutional', [28, 28, 1], 4 * 4 * 8],
  ['convolutional', [128, 96, 3], 16 * 12 * 8],
  ['dense', [28, 28, 1], 32],
  ['dense', [13, 17, 3], 32],
  ['strided', [144, 256, 3], 18 * 32 * 16],
])('%s gives back pictures of %j through a bottleneck of %d values', (name, shape, bottleneck) => {
  expect(layerGraph(architecture(name, shape)).output.outputShape).toEqual(shape);
  expect(bottleneckOf(name, shape)).toBe(bottleneck);
});

test("the convolutional architecture at 28 x 28 x 1 is the lecture's, size by size", () => {
  const { nodes } = layerGraph(architecture('convolutional', [28, 28, 1]));
  expect(nodes.map(({ outputShape }) => outputShape.join('x'))).toEqual(
    `28x28x1 28x28x64 14x14x64 14x14x32 7x7x32 7x7x8 4x4x8 4x4x8 8x8x8 8x8x32 16x16x32 14x14x64 28x28x64 28x28x1`.split(
      ' ',
    ),
  );
});

test.each<[string, PictureShape, string]>([
  [
    'convolutional',
    [30, 28, 1],
    'expected height and width divisible by 8 (or both by 4 and not by 8, such as 28), found 30 x 28',
  ],
  ['convolutional', [32, 28, 1], 'found 32 x 28'],
  ['strided', [100, 256, 3], 'expected height and width divisible by 8, found 100 x 256'],
  [
    'unet',
    [64, 64, 3],
    "Expected an architecture among motion, convolutional, strided, dense, recurrent, predictor, found 'unet'",
  ],
])('%s at %j is refused with the constraint', (name, shape, message) => {
  expect(() => architecture(name, shape)).toThrow(ModelError);
  expect(() => architecture(name, shape)).toThrow(message);
});
