import { ModelError } from '../../src/core/errors.ts';
import type { LayerSpec } from '../../src/model/architectures/sequential.ts';
import { conv2d, flatten, maxPooling2D, sequential } from '../../src/model/architectures/sequential.ts';
import type { LayerConfig, Topology } from '../../src/model/layers-model.ts';
import { layerGraph } from '../../src/model/shapes.ts';

const layer = (className: string, config: Record<string, unknown> = {}): LayerSpec => ({
  name: 'layer',
  className,
  config,
});

/** One layer on a 9 x 11 x 3 picture. */
const one = (className: string, config?: Record<string, unknown>): Topology =>
  sequential('one', [9, 11, 3], [layer(className, config)]);

test('gives every layer with the shapes around it, inputs first, whatever the order in the file', () => {
  const topology = sequential('small', [28, 28, 1], [conv2d(4), maxPooling2D(), flatten()]);
  const shuffled = { ...topology, config: { ...topology.config, layers: topology.config.layers.toReversed() } };
  const { nodes, input, output } = layerGraph(shuffled);
  expect(nodes.map(({ name, inputShapes, outputShape }) => [name, inputShapes, outputShape])).toEqual([
    ['input', [], [28, 28, 1]],
    ['conv2d_1', [[28, 28, 1]], [28, 28, 4]],
    ['max_pooling2d_1', [[28, 28, 4]], [14, 14, 4]],
    ['flatten_1', [[14, 14, 4]], [784]],
  ]);
  expect([input.name, output.name]).toEqual(['input', 'flatten_1']);
});

test("fills in TensorFlow.js's defaults and takes one length for two", () => {
  const { output } = layerGraph(one('Conv2D', { filters: 4, kernel_size: 3, strides: [2] }));
  expect(output.config).toMatchObject({
    kernel_size: [3, 3],
    strides: [2, 2],
    padding: 'valid',
    activation: 'linear',
    use_bias: true,
  });
  expect(output.outputShape).toEqual([4, 5, 4]);
  expect(layerGraph(one('MaxPooling2D', { pool_size: 3 })).output.config).toMatchObject({ strides: [3, 3] });
  expect(layerGraph(one('LeakyReLU')).output.config).toEqual({ alpha: 0.3 });
});

const refusals: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['LSTM', { units: 3 }, `expected class_name among InputLayer, Conv2D, `],
  ['Conv2D', { filters: 0, kernel_size: 3 }, 'expected filters of Conv2D to be a number above 0, found 0'],
  ['Conv2D', { filters: 4 }, 'expected kernel_size of Conv2D to be one or two whole numbers above 0, found undefined'],
  [
    'Conv2D',
    { filters: 4, kernel_size: 3, padding: 'causal' },
    `expected padding of Conv2D to be 'valid' or 'same', found "causal"`,
  ],
  [
    'Conv2D',
    { filters: 4, kernel_size: 3, dilation_rate: [2, 2] },
    'expected dilation_rate of Conv2D to be 1, found [2,2]',
  ],
  [
    'Conv2D',
    { filters: 4, kernel_size: 3, data_format: 'channels_first' },
    `expected data_format of Conv2D to be 'channels_last', found "channels_first"`,
  ],
  [
    'Conv2D',
    { filters: 4, kernel_size: 3, activation: 'selu' },
    `expected activation of Conv2D to be 'linear', 'relu', 'sigmoid', 'hard_sigmoid' or 'tanh', found "selu"`,
  ],
  ['Conv2D', { filters: 4, kernel_size: 10 }, 'expected an input of at least 10 x 10, found [9,11]'],
  [
    'UpSampling2D',
    { interpolation: 'bicubic' },
    `expected interpolation of UpSampling2D to be 'nearest' or 'bilinear', found "bicubic"`,
  ],
  ['Dropout', { rate: 1 }, 'expected rate of Dropout to be a number from 0 to 1, found 1'],
  ['GaussianNoise', { stddev: -1 }, 'expected stddev of GaussianNoise to be a number of at least 0, found -1'],
  ['Reshape', { target_shape: [7, -1] }, 'expected target_shape to hold the 297 values of its input, found [7,-1]'],
  ['Reshape', { target_shape: [11, 3] }, 'expected target_shape to hold the 297 values of its input, found [11,3]'],
  ['BatchNormalization', { axis: 1 }, 'expected axis to be the last (-1 or 3), found 1'],
  ['Add', {}, 'expected two or more inputs, found [[9,11,3]]'],
  ['Concatenate', { axis: 0 }, 'expected axis within -3..3, not 0, found 0'],
];

test.each(refusals)(
  'refuses %s with %j, naming the layer, the argument and what was found',
  (className, config, text) => {
    const build = (): unknown => layerGraph(one(className, config));
    expect(build).toThrow(ModelError);
    expect(build).toThrow(`Layer 'layer_1': ${text}`);
  },
);

const sequence = (className: string, config: Record<string, unknown>): Topology =>
  sequential('sequence', [5, 9, 11, 3], [layer(className, config)]);
const inside = (className: string, config: Record<string, unknown> = {}): Record<string, unknown> => ({
  layer: { class_name: className, config: { name: 'inner', ...config } },
});

test('a sequence keeps its steps, until a recurrent layer gives only its last state', () => {
  const shapeOf = (className: string, config: Record<string, unknown>): readonly number[] =>
    layerGraph(sequence(className, config)).output.outputShape;
  expect(shapeOf('TimeDistributed', inside('Conv2D', { filters: 4, kernel_size: 3, strides: 2 }))).toEqual([
    5, 4, 5, 4,
  ]);
  const recurrent = { filters: 6, kernel_size: 3, padding: 'same' };
  expect(shapeOf('ConvLSTM2D', { ...recurrent, return_sequences: true })).toEqual([5, 9, 11, 6]);
  expect(shapeOf('ConvLSTM2D', recurrent)).toEqual([9, 11, 6]);
});

test.each<[string, Record<string, unknown>, string]>([
  [
    'TimeDistributed',
    {},
    'expected layer of TimeDistributed to be a layer, with class_name and config, found undefined',
  ],
  [
    'TimeDistributed',
    inside('Conv2D', { filters: 0, kernel_size: 3 }),
    'expected filters of Conv2D to be a number above 0, found 0',
  ],
  ['TimeDistributed', inside('LSTM'), 'expected class_name among InputLayer, Conv2D, '],
  ['TimeDistributed', inside('Flatten'), 'expected layer to be one that gives pictures, found "Flatten"'],
  [
    'TimeDistributed',
    inside('ConvLSTM2D', { filters: 2, kernel_size: 3 }),
    'expected an input of shape [steps, height, width, channels], found [9,11,3]',
  ],
  [
    'ConvLSTM2D',
    { filters: 2, kernel_size: 3, go_backwards: true },
    'expected go_backwards of ConvLSTM2D to be false, found true',
  ],
  ['ConvLSTM2D', { filters: 2, kernel_size: 3, dropout: 0.2 }, 'expected dropout of ConvLSTM2D to be 0, found 0.2'],
  ['Conv2D', { filters: 2, kernel_size: 3 }, 'expected an input of shape [height, width, channels], found [5,9,11,3]'],
  ['Concatenate', { axis: 1 }, 'expected axis of a sequence not to be that of its steps, found 1'],
])('refuses %s of a sequence with %j', (className, config, text) => {
  expect(() => layerGraph(sequence(className, config))).toThrow(`Layer 'layer_1': ${text}`);
});

test('refuses a convolution of a vector', () => {
  expect(() => layerGraph(sequential('flat', [4, 4, 1], [flatten(), conv2d(2)]))).toThrow(
    "Layer 'conv2d_1': expected an input of shape [height, width, channels], found [16]",
  );
});

const branching = (second: string): Topology => {
  const topology = sequential('branches', [8, 8, 1], [conv2d(4), conv2d(2)]);
  const join: LayerConfig = {
    class_name: 'Add',
    name: 'join',
    config: { name: 'join' },
    inbound_nodes: [
      [
        ['conv2d_1', 0, 0, {}],
        [second, 0, 0, {}],
      ],
    ],
  };
  return {
    ...topology,
    config: { ...topology.config, layers: [...topology.config.layers, join], output_layers: [['join', 0, 0]] },
  };
};

test.each([
  ['shapes that do not fit', 'conv2d_2', "Layer 'join': expected inputs of fitting shapes, found [[8,8,4],[8,8,2]]"],
  ['a layer that is missing', 'nobody', `Layer 'join': expected a layer that exists, found "nobody"`],
  ['a cycle', 'join', `Layer 'join': expected inbound_nodes without a cycle, found ["join","join"]`],
])('refuses %s', (_name, second, message) => {
  expect(() => layerGraph(branching(second))).toThrow(message);
});

test('refuses a model with two outputs', () => {
  const topology = sequential('two', [8, 8, 1], [conv2d(4), conv2d(4)]);
  const outputs = [
    ['conv2d_1', 0, 0],
    ['conv2d_2', 0, 0],
  ] as const;
  expect(() => layerGraph({ ...topology, config: { ...topology.config, output_layers: outputs } })).toThrow(
    `Model 'two': expected output_layers to hold one layer, found [["conv2d_1",0,0],["conv2d_2",0,0]]`,
  );
});
