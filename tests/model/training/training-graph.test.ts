import { ModelError } from '../../../src/core/errors.ts';
import type { Tensors } from '../../../src/core/tensor.ts';
import { architecture } from '../../../src/model/architectures/architecture.ts';
import { conv2d, maxPooling2D, sequential, upSampling2D } from '../../../src/model/architectures/sequential.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import { lossGraph } from '../../../src/model/training/loss-graph.ts';
import { flatten } from '../../../src/model/training/parameters.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, functional, normal, randomFrames, randomParameters, stepInputs } from './training-steps.ts';

afterAll(closeOnnx);

const tiny = sequential(
  'tiny',
  [8, 8, 1],
  [conv2d(8), maxPooling2D(), conv2d(4), upSampling2D(), conv2d(1, { activation: 'sigmoid' })],
);

const lossOf = (outputs: Tensors): number => floats(outputs, 'loss')[0]!;

test.each([
  ['at the first step', 1, undefined],
  ['later, with other constants', 7, { beta1: 0.8, beta2: 0.95, epsilon: 1e-3 }],
])('takes the step that Adam prescribes, with bias correction: %s', async (_name, t, optimizer) => {
  const { graph, parameters } = trainingGraph(tiny, { batch: 2, withGradient: true, ...(optimizer && { optimizer }) });
  const { beta1, beta2, epsilon } = optimizer ?? { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  const [p, m] = [normal(parameters, 1, 0.3), normal(parameters, 2, 0.01)];
  const v = normal(parameters, 3, 0.01).map((value) => value ** 2);
  const lr = 0.01;
  const outputs = await runOnnx(graph, stepInputs(randomFrames(2, [8, 8, 1]), p, { m, v, lr, t }));
  const [g, p2, m2, v2] = ['g', 'p2', 'm2', 'v2'].map((name) => floats(outputs, name));
  for (let at = 0; at < parameters; at++) {
    const first = beta1 * m[at]! + (1 - beta1) * g![at]!;
    const second = beta2 * v[at]! + (1 - beta2) * g![at]! ** 2;
    const step = (lr * first) / (1 - beta1 ** t) / (Math.sqrt(second / (1 - beta2 ** t)) + epsilon);
    expect(m2![at]!).toBeCloseTo(first, 7);
    expect(v2![at]!).toBeCloseTo(second, 9);
    expect(p2![at]!).toBeCloseTo(p[at]! - step, 5);
  }
});

test('sixty steps lower the loss of a small autoencoder to less than a third', async () => {
  const { graph, layout, parameters } = trainingGraph(tiny, { batch: 8, noise: 0.05 });
  // Half black, half white, the border somewhere else in each frame.
  const frames = randomFrames(8, [8, 8, 1]);
  for (let pixel = 0; pixel < frames.data.length; pixel++)
    frames.data[pixel] = pixel % 8 < 1 + (Math.floor(pixel / 64) % 7) ? 255 : 0;
  let p: Float32Array = flatten(initialWeights(tiny, 3), layout);
  let m: Float32Array = new Float32Array(parameters);
  let v = m;
  const losses: number[] = [];
  for (let t = 1; t <= 60; t++) {
    const outputs = await runOnnx(graph, stepInputs(frames, p, { m, v, lr: 0.02, t }));
    [p, m, v] = [floats(outputs, 'p2'), floats(outputs, 'm2'), floats(outputs, 'v2')];
    losses.push(lossOf(outputs));
  }
  expect(losses.at(-1)).toBeLessThan(losses[0]! / 3);
});

test('the validation loss is the training loss where nothing is random, for colour too', async () => {
  const topology = architecture('convolutional', [16, 24, 3]);
  const inputs = stepInputs(
    randomFrames(3, [16, 24, 3]),
    flatten(initialWeights(topology, 2), trainingGraph(topology, { batch: 3 }).layout),
  );
  const trained = await runOnnx(trainingGraph(topology, { batch: 3 }).graph, inputs);
  const { frames, p } = inputs;
  const judged = await runOnnx(lossGraph(topology, { batch: 3 }).graph, { frames: frames!, p: p! });
  expect(lossOf(judged)).toBeCloseTo(lossOf(trained), 6);
});

/** Gives its input back: the loss is what the noise alone makes. */
const identity = functional(
  [8, 8, 1],
  [{ className: 'Conv2D', config: { filters: 1, kernel_size: 1, use_bias: false } }],
);
const one = Float32Array.of(1);
const white = randomFrames(4, [8, 8, 1]);

test('input noise has its standard deviation, differs from step to step and leaves the target clean', async () => {
  const { graph } = trainingGraph(identity, { batch: 4, noise: 0.1 });
  const losses = [];
  for (let step = 0; step < 3; step++) losses.push(lossOf(await runOnnx(graph, stepInputs(white, one))));
  for (const loss of losses) expect(Math.abs(Math.sqrt(loss) - 0.1)).toBeLessThan(0.02);
  expect(new Set(losses).size).toBe(3);
});

test('a training can be repeated: the same seed gives the same noise, another one other noise', async () => {
  const first = async (seed: number): Promise<number> =>
    lossOf(await runOnnx(trainingGraph(identity, { batch: 4, noise: 0.1, seed }).graph, stepInputs(white, one)));
  expect(await first(5)).toBe(await first(5));
  expect(await first(5)).not.toBe(await first(6));
});

test('validation noise has its standard deviation and is the same in every run', async () => {
  const { graph } = lossGraph(identity, { batch: 4, noise: 0.1 });
  const { frames, p } = stepInputs(white, one);
  const run = async (): Promise<number> => lossOf(await runOnnx(graph, { frames: frames!, p: p! }));
  expect(Math.abs(Math.sqrt(await run()) - 0.1)).toBeLessThan(0.02);
  expect(await run()).toBe(await run());
});

const normalized = functional(
  [4, 4, 2],
  [{ className: 'BatchNormalization', config: { momentum: 0.9, epsilon: 1e-3 } }],
);

test('BatchNormalization trains with the statistics of the batch and moves its averages towards them', async () => {
  const { graph, layout } = trainingGraph(normalized, { batch: 4 });
  expect(layout.map(({ name }) => name)).toEqual(['l1/gamma', 'l1/beta', 'l1/moving_mean', 'l1/moving_variance']);
  const frames = randomFrames(4, [4, 4, 2]);
  const p = Float32Array.of(1, 1, 0, 0, 0.5, 0.6, 2, 3);
  const p2 = floats(await runOnnx(graph, stepInputs(frames, p, { lr: 0 })), 'p2');
  const expected = [0, 1].map((channel) => {
    const values = Array.from(frames.data as Uint8Array, (byte) => byte / 255).filter((_, at) => at % 2 === channel);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
  });
  expect(Array.from(p2.subarray(0, 4))).toEqual([1, 1, 0, 0]);
  for (const [channel, { mean, variance }] of expected.entries()) {
    expect(p2[4 + channel]).toBeCloseTo(0.9 * p[4 + channel]! + 0.1 * mean, 6);
    expect(p2[6 + channel]).toBeCloseTo(0.9 * p[6 + channel]! + 0.1 * variance, 6);
  }
});

test('BatchNormalization is judged with its moving averages', async () => {
  const frames = randomFrames(1, [4, 4, 2]);
  // gamma = sqrt(variance + epsilon) and beta = mean undo the normalisation.
  const p = Float32Array.of(Math.sqrt(2.001), Math.sqrt(3.001), 0.5, 0.6, 0.5, 0.6, 2, 3);
  const { graph } = lossGraph(normalized, { batch: 1 });
  const { p: vector } = stepInputs(frames, p);
  expect(lossOf(await runOnnx(graph, { frames, p: vector! }))).toBeLessThan(1e-12);
});

test('Dropout and GaussianNoise do nothing in validation', async () => {
  const layers = [
    { className: 'Dropout', config: { rate: 0.5 } },
    { className: 'GaussianNoise', config: { stddev: 0.5 } },
    { className: 'Conv2D', config: { filters: 1, kernel_size: 1, use_bias: false } },
  ];
  const { frames, p } = stepInputs(white, one);
  const { graph } = lossGraph(functional([8, 8, 1], layers), { batch: 4 });
  expect(lossOf(await runOnnx(graph, { frames: frames!, p: p! }))).toBe(0);
});

test.each([
  [
    'not an autoencoder',
    functional([8, 8, 1], [{ className: 'Conv2D', config: { filters: 2, kernel_size: 1 } }]),
    "Model 'test': expected input and output to be pictures of one shape, found [8, 8, 1] and [8, 8, 2]",
  ],
  [
    'without weights',
    functional([8, 8, 1], [{ className: 'Activation', config: { activation: 'relu' } }]),
    "Model 'test': expected weights to train, found none",
  ],
])('refuses a model that is %s', (_name, topology, message) => {
  expect(() => trainingGraph(topology, { batch: 1 })).toThrow(ModelError);
  expect(() => lossGraph(topology, { batch: 1 })).toThrow(message);
});

test('equal values in a pooling window share the gradient', async () => {
  // A flat picture gives equal values in every window; pooling it changes nothing, so the gradient must not either.
  const kernel = { className: 'Conv2D', config: { filters: 1, kernel_size: 1 } };
  const pooled = [kernel, { className: 'MaxPooling2D' }, { className: 'UpSampling2D' }];
  const frames = { type: 'uint8', shape: [1, 4, 4, 1], data: new Uint8Array(16).fill(100) } as const;
  const gradientOf = async (layers: typeof pooled): Promise<Float32Array> => {
    const { graph, layout } = trainingGraph(functional([4, 4, 1], layers), { batch: 1, withGradient: true });
    return floats(await runOnnx(graph, stepInputs(frames, randomParameters(layout, 1))), 'g');
  };
  const [plain, withPool] = [await gradientOf([kernel]), await gradientOf(pooled)];
  for (const at of [0, 1]) expect(withPool[at]).toBeCloseTo(plain[at]!, 6);
});
