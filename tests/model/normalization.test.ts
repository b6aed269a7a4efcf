import { conv2d, sequential } from '../../src/model/architectures/sequential.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { layersGraph } from '../../src/model/layers-graph.ts';
import { foldableNormalizations } from '../../src/model/normalization.ts';
import { layerGraph } from '../../src/model/shapes.ts';

const normalized = (activation: 'linear' | 'relu') =>
  sequential(
    'normalized',
    [8, 8, 1],
    [conv2d(4, { activation }), { name: 'batch_normalization', className: 'BatchNormalization', config: {} }],
  );

test('a normalization after a linear layer becomes part of it, one after a relu does not', () => {
  expect([...foldableNormalizations(layerGraph(normalized('linear'))).keys()]).toEqual(['conv2d_1']);
  expect([...foldableNormalizations(layerGraph(normalized('relu'))).keys()]).toEqual([]);
});

test('a folded normalization leaves no operator in the graph', () => {
  const operators = (activation: 'linear' | 'relu'): string[] => {
    const topology = normalized(activation);
    const bytes = layersGraph({ topology, weights: initialWeights(topology, 1) });
    return ['Conv', 'Mul', 'Add'].filter((type) => Buffer.from(bytes).includes(`node_${type}_`));
  };
  expect(operators('linear')).toEqual(['Conv']);
  expect(operators('relu')).toEqual(['Conv', 'Mul', 'Add']);
});
