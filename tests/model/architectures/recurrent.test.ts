import { ModelError } from '../../../src/core/errors.ts';
import { recurrent } from '../../../src/model/architectures/recurrent.ts';
import { layerGraph } from '../../../src/model/shapes.ts';

test('gives back clips through a bottleneck with memory, 16 channels at 1/8', () => {
  const { nodes, input, output } = layerGraph(recurrent([160, 240, 3]));
  expect(input.outputShape).toEqual([8, 160, 240, 3]);
  expect(output.outputShape).toEqual(input.outputShape);
  const memory = nodes.filter(({ className }) => className === 'ConvLSTM2D');
  expect(memory.map(({ outputShape }) => outputShape)).toEqual([[8, 20, 30, 16]]);
});

test('takes the number of steps', () => {
  expect(layerGraph(recurrent([16, 24, 1], { steps: 3 })).output.outputShape).toEqual([3, 16, 24, 1]);
});

test('refuses sides that the strides do not divide', () => {
  expect(() => recurrent([162, 240, 1])).toThrow(ModelError);
  expect(() => recurrent([162, 240, 1])).toThrow('expected height and width divisible by 8, found 162 x 240');
});
