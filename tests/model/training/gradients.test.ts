import { architecture } from '../../../src/model/architectures/architecture.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import type { PictureShape, Topology } from '../../../src/model/layers-model.ts';
import { flatten } from '../../../src/model/training/parameters.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, functional, normal, randomFrames, randomParameters, stepInputs } from './training-steps.ts';
import type { TestLayer } from './training-steps.ts';

afterAll(closeOnnx);

const conv = (config: object = {}): TestLayer => ({
  className: 'Conv2D',
  config: { filters: 3, kernel_size: 3, padding: 'same', activation: 'tanh', ...config },
});
const layer = (className: string, config: Readonly<Record<string, unknown>> = {}): TestLayer => ({ className, config });
const eachStep = (className: string, config: Readonly<Record<string, unknown>> = {}): TestLayer =>
  layer('TimeDistributed', { layer: { class_name: className, config: { ...config, name: 'inner' } } });
const lstm = (config: object = {}): TestLayer => ({
  className: 'ConvLSTM2D',
  config: {
    filters: 2,
    kernel_size: 3,
    padding: 'same',
    recurrent_activation: 'sigmoid',
    return_sequences: true,
    ...config,
  },
});
const chain = (shape: PictureShape, ...layers: readonly TestLayer[]): Topology =>
  functional(shape, [...layers, ...head(shape)]);
/** Brings anything back to the shape of the input, with weights that tell all values apart. */
const head = (shape: PictureShape): TestLayer[] => [
  layer('Flatten'),
  layer('Dense', { units: shape[0] * shape[1] * shape[2], activation: 'sigmoid' }),
  layer('Reshape', { target_shape: shape }),
];

/** The rows of the picture as a clip of three steps, 2 x 4 x 3 each. */
const clip = layer('Reshape', { target_shape: [3, 2, 4, 3] });
const clipOfInput = layer('Reshape', { target_shape: [3, 2, 4, 2] });

const even: PictureShape = [6, 4, 2];
const odd: PictureShape = [5, 7, 1];
/** Few values, so that few of them come near a kink. */
const small: PictureShape = [4, 4, 1];
const wide = { filters: 5, kernel_size: 3, padding: 'same', activation: 'tanh' };
const pool = { pool_size: 2, padding: 'same' };
const overlapping = { pool_size: 3, strides: 2, padding: 'same' };

const topologies: Record<string, Topology> = {
  'Conv2D same': chain(even, conv(), conv({ filters: 2 })),
  'Conv2D valid, uneven kernel': chain(even, conv(), conv({ kernel_size: [3, 2], padding: 'valid' })),
  'Conv2D same with an even kernel': chain(odd, conv(), conv({ kernel_size: [2, 4] })),
  'Conv2D of more than four channels to more, and to fewer': chain(
    even,
    conv({ filters: 5 }),
    conv({ filters: 7 }),
    conv({ filters: 5 }),
  ),
  'Conv2D stride 2 same, even size': chain(even, conv(), conv({ strides: 2 })),
  'Conv2D stride 2 same, odd size': chain(odd, conv(), conv({ strides: 2 })),
  'Conv2D stride 2 same to fewer channels': chain(odd, conv(), conv({ strides: 2, filters: 1 })),
  'Conv2D stride [1, 3] valid without bias': chain(
    odd,
    conv(),
    conv({ strides: [1, 3], padding: 'valid', use_bias: false }),
  ),
  'Conv2D stride longer than its kernel': chain(even, conv(), conv({ strides: 2, kernel_size: 1 })),
  'Conv2DTranspose same': chain(
    even,
    conv(),
    layer('Conv2DTranspose', { filters: 2, kernel_size: 3, strides: 2, padding: 'same', activation: 'tanh' }),
  ),
  'Conv2DTranspose valid': chain(
    odd,
    conv(),
    layer('Conv2DTranspose', { filters: 4, kernel_size: [3, 2], strides: [1, 2] }),
  ),
  'Conv2DTranspose with a stride longer than its kernel': chain(
    odd,
    conv(),
    layer('Conv2DTranspose', { filters: 2, kernel_size: 2, strides: 3, padding: 'same', use_bias: false }),
  ),
  'MaxPooling2D, even size': chain(small, conv(), layer('MaxPooling2D', pool)),
  'MaxPooling2D same, odd size': chain(odd, conv(), layer('MaxPooling2D', pool)),
  'MaxPooling2D same, padded on both sides': chain(
    [4, 7, 1],
    conv(),
    layer('MaxPooling2D', { pool_size: 3, padding: 'same' }),
  ),
  'MaxPooling2D valid, odd size': chain(odd, conv(), layer('MaxPooling2D')),
  'MaxPooling2D of relu': chain(odd, conv({ activation: 'relu' }), layer('MaxPooling2D', pool)),
  'MaxPooling2D, overlapping': chain(odd, conv(), layer('MaxPooling2D', overlapping)),
  'AveragePooling2D same, odd size': chain(odd, conv(), layer('AveragePooling2D', pool)),
  'AveragePooling2D valid, odd size': chain(odd, conv(), layer('AveragePooling2D', { pool_size: [2, 3] })),
  'AveragePooling2D, overlapping': chain(odd, conv(), layer('AveragePooling2D', overlapping)),
  'UpSampling2D nearest': chain(even, conv(), layer('UpSampling2D', { size: [2, 3] })),
  'UpSampling2D bilinear': chain(odd, conv(), layer('UpSampling2D', { size: [2, 3], interpolation: 'bilinear' })),
  'UpSampling2D, Conv2D same': chain([4, 3, 1], conv(), layer('UpSampling2D'), conv({ filters: 2 })),
  'UpSampling2D, Conv2D same with an even kernel': chain(
    [4, 3, 1],
    conv(),
    layer('UpSampling2D'),
    conv({ kernel_size: [4, 2], use_bias: false }),
  ),
  'UpSampling2D, Conv2D valid': chain([4, 3, 1], conv(), layer('UpSampling2D'), conv({ padding: 'valid' })),
  'UpSampling2D by 3, Conv2D same': chain(
    [4, 3, 1],
    conv(),
    layer('UpSampling2D', { size: 3 }),
    conv({ kernel_size: 5 }),
  ),
  'UpSampling2D, Conv2D valid that leaves half cells': chain(
    [4, 3, 1],
    conv(),
    layer('UpSampling2D'),
    conv({ padding: 'valid', kernel_size: 2 }),
  ),
  'Dense on a picture': chain(small, conv(), layer('Dense', { units: 3, activation: 'relu' })),
  'Dense without bias': chain(odd, layer('Flatten'), layer('Dense', { units: 4, use_bias: false })),
  'Flatten and Reshape': chain(even, conv(), layer('Flatten'), layer('Reshape', { target_shape: [4, 9, 2] }), conv()),
  'Reshape of a picture': chain(even, conv(), layer('Reshape', { target_shape: [3, -1, 4] }), conv()),
  'BatchNormalization of pictures': chain(even, conv({ use_bias: false }), layer('BatchNormalization'), conv()),
  'BatchNormalization of vectors': chain(
    odd,
    layer('Flatten'),
    layer('Dense', { units: 4, use_bias: false }),
    layer('BatchNormalization'),
    layer('Dense', { units: 3, activation: 'tanh' }),
  ),
  'BatchNormalization without scale and centre': chain(
    even,
    conv({ use_bias: false }),
    layer('BatchNormalization', { scale: false, center: false }),
    conv(),
  ),
  'Activation relu': chain(small, conv({ activation: 'linear' }), layer('Activation', { activation: 'relu' }), conv()),
  'Activation sigmoid': chain(
    even,
    conv({ activation: 'linear' }),
    layer('Activation', { activation: 'sigmoid' }),
    conv(),
  ),
  'Activation tanh': chain(even, conv({ activation: 'linear' }), layer('Activation', { activation: 'tanh' }), conv()),
  'Activation linear': chain(
    even,
    conv({ activation: 'linear' }),
    layer('Activation', { activation: 'linear' }),
    conv(),
  ),
  LeakyReLU: chain(small, conv({ activation: 'linear' }), layer('LeakyReLU', { alpha: 0.2 }), conv()),
  Dropout: chain(even, conv(), layer('Dropout', { rate: 0.4 }), conv()),
  GaussianNoise: chain(even, conv(), layer('GaussianNoise', { stddev: 0.1 }), conv()),
  'Add of a layer and one behind it': chain(even, conv(), conv(), { ...layer('Add'), from: [1, 2] }, conv()),
  'Add of a layer to itself': chain(even, conv(), { ...layer('Add'), from: [1, 1] }),
  'Concatenate along channels': chain(
    even,
    conv(),
    conv({ filters: 2 }),
    { ...layer('Concatenate'), from: [1, 2] },
    conv(),
  ),
  'Concatenate along the height, of three': chain(even, conv(), conv(), conv(), {
    ...layer('Concatenate', { axis: 1 }),
    from: [1, 2, 3],
  }),
  'Concatenate of vectors': chain(odd, layer('Flatten'), layer('Dense', { units: 3 }), layer('Dense', { units: 2 }), {
    ...layer('Concatenate'),
    from: [1, 2],
  }),
  'a skip connection around pooling and upsampling': chain(
    small,
    conv(),
    layer('MaxPooling2D', pool),
    conv({ filters: 2 }),
    layer('UpSampling2D'),
    { ...layer('Concatenate'), from: [1, 4] },
    conv(),
  ),
  'Activation hard_sigmoid': chain(
    even,
    conv({ activation: 'linear' }),
    layer('Activation', { activation: 'hard_sigmoid' }),
    conv(),
  ),
  'ConvLSTM2D, all states': chain(even, conv(), clip, lstm()),
  'ConvLSTM2D with hard_sigmoid': chain(even, clipOfInput, lstm({ recurrent_activation: 'hard_sigmoid' })),
  'ConvLSTM2D, the last state': chain(even, conv(), clip, lstm({ return_sequences: false }), conv()),
  'ConvLSTM2D valid, even kernel, strides, without bias': chain(
    even,
    clipOfInput,
    lstm({ filters: 3, kernel_size: [1, 2], strides: [1, 2], padding: 'valid', use_bias: false, activation: 'linear' }),
  ),
  'ConvLSTM2D of more than four channels': chain(even, conv(), clip, eachStep('Conv2D', wide), lstm({ filters: 3 })),
  'two ConvLSTM2D over three steps, between convolutions': chain(
    even,
    conv(),
    clip,
    eachStep('Conv2D', { filters: 2, kernel_size: 3, padding: 'same', activation: 'tanh' }),
    lstm(),
    lstm(),
    eachStep('Conv2D', { filters: 2, kernel_size: 3, padding: 'same', activation: 'tanh' }),
  ),
  'TimeDistributed Conv2DTranspose': chain(
    even,
    conv(),
    clip,
    eachStep('Conv2DTranspose', { filters: 2, kernel_size: 3, strides: 2, padding: 'same', activation: 'tanh' }),
  ),
  'TimeDistributed MaxPooling2D of TimeDistributed Conv2D': chain(
    even,
    conv(),
    clip,
    eachStep('Conv2D', { filters: 2, kernel_size: 3, padding: 'same', activation: 'tanh' }),
    eachStep('MaxPooling2D', pool),
  ),
  'TimeDistributed UpSampling2D, Conv2D': chain(
    even,
    conv(),
    clip,
    eachStep('UpSampling2D'),
    eachStep('Conv2D', { filters: 2, kernel_size: 3, padding: 'same', activation: 'tanh' }),
  ),
  'TimeDistributed BatchNormalization': chain(even, conv(), clip, eachStep('BatchNormalization'), lstm()),
  'BatchNormalization, Dense and Concatenate of sequences': chain(
    even,
    conv(),
    clip,
    layer('BatchNormalization'),
    layer('Dense', { units: 2 }),
    { ...layer('Concatenate'), from: [1, 2] },
    lstm(),
  ),
  'upsampling that two layers read': chain(even, conv(), layer('UpSampling2D'), conv(), {
    ...layer('Concatenate'),
    from: [1, 2],
  }),
};

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, at) => sum + value * b[at]!, 0);
const norm = (a: readonly number[]): number => Math.hypot(...a);

/** For each weight: the loss's slopes along random directions of it, by the gradient and by central differences (5 points). */
const slopes = async (
  topology: Topology,
  { batch, step, fresh }: { readonly batch: number; readonly step: number; readonly fresh: boolean },
  p: Float32Array,
  shape: PictureShape,
): Promise<{ name: string; gradient: number[]; difference: number[] }[]> => {
  const { graph, layout } = trainingGraph(topology, { batch, withGradient: true });
  const frames = randomFrames(batch, shape);
  const run = async (parameters: Float32Array) =>
    runOnnx(fresh ? graph.slice() : graph, stepInputs(frames, parameters));
  const g = floats(await run(p), 'g');
  const found = [];
  for (const { name, offset, size } of layout.filter(({ trainable }) => trainable)) {
    const gradient: number[] = [];
    const difference: number[] = [];
    for (let seed = 0; seed < Math.min(size, 3); seed++) {
      const direction = new Float32Array(p.length);
      direction.set(normal(size, seed + 1), offset);
      const length = norm([...direction]);
      const at = async (distance: number): Promise<number> =>
        floats(await run(p.map((value, index) => value + (distance / length) * direction[index]!)), 'loss')[0]!;
      gradient.push(dot(g, direction) / length);
      const [near, far] = [(await at(step)) - (await at(-step)), (await at(2 * step)) - (await at(-2 * step))];
      difference.push((8 * near - far) / (12 * step));
    }
    found.push({ name, gradient, difference });
  }
  return found;
};

/** Slopes jump where relu and max change branch: a long step would go over such a place. */
const hasKinks = (topology: Topology): boolean => /relu|hard_sigmoid|MaxPooling/i.test(JSON.stringify(topology));

test.each(Object.entries(topologies))('the gradient agrees with finite differences: %s', async (name, topology) => {
  const shape = topology.config.layers[0]!.config['batch_input_shape'] as [null, number, number, number];
  const picture: PictureShape = [shape[1], shape[2], shape[3]];
  const { layout } = trainingGraph(topology, { batch: 2 });
  const p = randomParameters(layout, 12);
  const fresh = /Dropout|GaussianNoise/.test(name);
  const found = await slopes(
    topology,
    { ...(hasKinks(topology) ? { batch: 1, step: 2e-3 } : { batch: 4, step: 2e-2 }), fresh },
    p,
    picture,
  );
  for (const { gradient, difference } of found) {
    const error = norm(gradient.map((value, at) => value - difference[at]!));
    expect(norm(gradient)).toBeGreaterThan(1e-4);
    expect(error / norm(gradient)).toBeLessThan(1e-2);
  }
});

test('over one step the recurrent kernel has no gradient, and the others agree with finite differences', async () => {
  const topology = chain(even, layer('Reshape', { target_shape: [1, 6, 4, 2] }), lstm());
  const p = randomParameters(trainingGraph(topology, { batch: 2 }).layout, 12);
  const found = await slopes(topology, { batch: 4, step: 2e-2, fresh: false }, p, even);
  for (const { name, gradient, difference } of found) {
    const error = norm(gradient.map((value, at) => value - difference[at]!));
    if (name === 'l2/recurrent_kernel') expect(gradient).toEqual([0, 0, 0]);
    else expect(error / norm(gradient)).toBeLessThan(1e-2);
  }
  expect(found.map(({ name }) => name)).toContain('l2/recurrent_kernel');
});

test("the lecture autoencoder's gradient agrees with finite differences at 28x28", async () => {
  const topology = architecture('convolutional', [28, 28, 1]);
  const { layout } = trainingGraph(topology, { batch: 2 });
  const noise = normal(trainingGraph(topology, { batch: 2 }).parameters, 2, 0.2);
  // He's scale keeps the signal alive through the layers, so that the loss's float32 rounding is small against its slopes.
  const p = flatten(initialWeights(topology, 5), layout).map((value, at) => (value === 0 ? noise[at]! : value * 1.6));
  const found = await slopes(topology, { batch: 2, step: 1e-3, fresh: false }, p, [28, 28, 1]);
  const error = norm(found.flatMap(({ gradient, difference }) => gradient.map((value, at) => value - difference[at]!)));
  const size = norm(found.flatMap(({ gradient }) => gradient));
  expect(found).toHaveLength(14);
  expect(error / size).toBeLessThan(1e-2);
});
