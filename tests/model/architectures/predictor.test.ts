import { ModelError } from '../../../src/core/errors.ts';
import { predictor } from '../../../src/model/architectures/predictor.ts';
import { layerGraph } from '../../../src/model/shapes.ts';

test('gives one frame from the last four, stacked as channels', () => {
  const { input, output } = layerGraph(predictor([160, 240, 3]));
  expect(input.outputShape).toEqual([160, 240, 12]);
  expect(output.outputShape).toEqual([160, 240, 3]);
});

test('takes the number of frames', () => {
  expect(layerGraph(predictor([16, 24, 1], { frames: 2 })).input.outputShape).toEqual([16, 24, 2]);
});

test('refuses sides that the strides do not divide', () => {
  expect(() => predictor([160, 244, 1])).toThrow(ModelError);
  expect(() => predictor([160, 244, 1])).toThrow('expected height and width divisible by 8, found 160 x 244');
});
