import { ModelError } from '../../../src/core/errors.ts';
import { segmenter } from '../../../src/model/architectures/segmenter.ts';
import { layerGraph } from '../../../src/model/shapes.ts';
import { trainable } from '../../../src/model/training/objective.ts';

test('gives a picture of the shape of its input', () => {
  const { input, output } = layerGraph(segmenter([96, 64, 1]));
  expect(input.outputShape).toEqual([96, 64, 1]);
  expect(output.outputShape).toEqual([96, 64, 1]);
});

test('has as many weights as it says', () => {
  expect(Math.round(trainable(segmenter([96, 96, 1])).parameters / 1000)).toBe(139);
});

test('refuses sides that the strides do not divide', () => {
  expect(() => segmenter([96, 72, 1])).toThrow(ModelError);
  expect(() => segmenter([96, 72, 1])).toThrow('expected height and width divisible by 16, found 96 x 72');
});
