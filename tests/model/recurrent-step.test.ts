import type { Tensor, Tensors } from '../../src/core/tensor.ts';
import { recurrent } from '../../src/model/architectures/recurrent.ts';
import { conv2d, sequential } from '../../src/model/architectures/sequential.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { layersGraph } from '../../src/model/layers-graph.ts';
import type { LayersModel, Topology } from '../../src/model/layers-model.ts';
import { OnnxGraph } from '../../src/model/onnx/graph.ts';
import { recurrentStep } from '../../src/model/recurrent-step.ts';
import { closeOnnx, runOnnx } from '../support/run-onnx.ts';
import { randomTensor } from '../support/tensorflow.ts';
import { functional, normal } from './training/training-steps.ts';

afterAll(closeOnnx);

/** Initial weights with biases that are not 0. */
const withWeights = (topology: Topology): LayersModel => {
  const weights = initialWeights(topology, 4).map((weight, seed) => {
    const noise = normal(weight.data.length, seed, 0.2);
    return { ...weight, data: weight.data.map((value, at) => value + noise[at]!) };
  });
  return { topology, weights };
};

/** Runs one-channel frames [N, steps, H, W, 1], for which channels first and last are alike, one step at a time. */
const frameByFrame = async (model: LayersModel, { data, shape }: Tensor): Promise<Float32Array[]> => {
  const [batch = 1, steps = 1, height = 1, width = 1] = shape;
  const graph = new OnnxGraph('live');
  const { y, states } = recurrentStep(graph, model, graph.input('x', ['N', 1, height, width]));
  graph.output(graph.opAs('y', 'Identity', [y]), ['N', 1, height, width]);
  const bytes = graph.toBytes();
  let carried: Tensors = Object.fromEntries(
    states.map(({ name, shape: rest }) => {
      const length = rest.reduce((product, size) => product * size, batch);
      return [name, { type: 'float32', shape: [batch, ...rest], data: new Float32Array(length) }];
    }),
  );
  const pixels = height * width;
  const found: Float32Array[] = [];
  for (let step = 0; step < steps; step++) {
    const frames = new Float32Array(batch * pixels);
    for (let row = 0; row < batch; row++)
      frames.set((data as Float32Array).subarray((row * steps + step) * pixels).subarray(0, pixels), row * pixels);
    const x: Tensor = { type: 'float32', shape: [batch, 1, height, width], data: frames };
    const outputs = await runOnnx(bytes, { x, ...carried });
    found.push(outputs['y']!.data as Float32Array);
    carried = Object.fromEntries(states.map(({ name }) => [name, outputs[`next_${name}`]!]));
  }
  return found;
};

const lstm = { filters: 3, kernel_size: 3, padding: 'same', return_sequences: true };
const twoLayers = functional(
  [5, 6, 8, 1],
  [
    { className: 'ConvLSTM2D', config: lstm },
    { className: 'ConvLSTM2D', config: { ...lstm, strides: 1, recurrent_activation: 'sigmoid' } },
    {
      className: 'TimeDistributed',
      config: { layer: { class_name: 'Conv2D', config: { name: 'inner', filters: 1, kernel_size: 1 } } },
    },
  ],
);

test.each([
  ['two recurrent layers', twoLayers],
  ['the recurrent architecture', recurrent([16, 24, 1], { steps: 5 })],
])('frames one by one, with the state carried, give what the whole sequence gives: %s', async (_name, topology) => {
  const model = withWeights(topology);
  const shape = topology.config.layers[0]!.config['batch_input_shape'] as readonly number[];
  const x = randomTensor([2, ...shape.slice(1)]);
  const { y } = await runOnnx(layersGraph(model), { x });
  const pixels = shape[2]! * shape[3]!;
  for (const [step, frames] of (await frameByFrame(model, x)).entries())
    for (const [at, value] of frames.entries()) {
      const row = Math.floor(at / pixels);
      const expected = Number(y!.data[(row * 5 + step) * pixels + (at % pixels)]);
      expect(Math.abs(value - expected)).toBeLessThan(1e-5);
    }
});

test('the state has a name and a shape for the hidden state and the cell of every recurrent layer', () => {
  const { states } = recurrentStep(new OnnxGraph('live'), withWeights(recurrent([16, 24, 3])), 'x');
  expect(states).toEqual([
    { name: 'conv_lstm2d_1_h', shape: [16, 2, 3] },
    { name: 'conv_lstm2d_1_c', shape: [16, 2, 3] },
  ]);
});

test('the state matters: the same frame again gives another picture', async () => {
  const model = withWeights(twoLayers);
  const still = randomTensor([1, 1, 6, 8, 1]);
  const data = new Float32Array(2 * still.data.length);
  data.set(still.data);
  data.set(still.data, still.data.length);
  const [first, second] = await frameByFrame(model, { ...still, shape: [1, 2, 6, 8, 1], data });
  expect(first).not.toEqual(second);
});

test('refuses a model of single pictures', () => {
  const model = withWeights(sequential('plain', [8, 8, 1], [conv2d(1)]));
  expect(() => recurrentStep(new OnnxGraph('live'), model, 'x')).toThrow(
    "Model 'plain': expected an input of shape [steps, height, width, channels], found [8, 8, 1]",
  );
});

test('refuses a layer that needs all steps at once', () => {
  const model = withWeights(
    functional([3, 4, 4, 1], [{ className: 'Flatten' }, { className: 'Dense', config: { units: 2 } }]),
  );
  expect(() => recurrentStep(new OnnxGraph('live'), model, 'x')).toThrow(
    "Weight 'l2/kernel': expected shape [16, 2], found [48, 2]",
  );
});
