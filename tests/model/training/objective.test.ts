import { ModelError } from '../../../src/core/errors.ts';
import type { Tensor } from '../../../src/core/tensor.ts';
import { conv2d, sequential } from '../../../src/model/architectures/sequential.ts';
import { crossEntropyRestoration, restoration } from '../../../src/model/training/objective.ts';
import type { Objective } from '../../../src/model/training/objective.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, normal, randomFrames, stepInputs } from './training-steps.ts';

afterAll(closeOnnx);

/** y = sigmoid(kernel * x + bias), pixel by pixel. */
const shape = [4, 4, 1] as const;
const pixelwise = sequential('pixelwise', shape, [conv2d(1, { kernelSize: 1, activation: 'sigmoid' })]);
const bytesOf = (seed: number): Uint8Array => randomFrames(2, [...shape], seed).data as Uint8Array;
const frames = bytesOf(1);
const target = bytesOf(2);
const tensorOf = (data: Uint8Array): Tensor => ({ type: 'uint8', shape: [2, ...shape], data: data.slice() });

const run = async (objective: Objective, p: Float32Array) => {
  const { graph } = trainingGraph(pixelwise, { batch: 2, objective, withGradient: true });
  const outputs = await runOnnx(graph, { ...stepInputs(tensorOf(frames), p.slice()), target: tensorOf(target) });
  return { loss: floats(outputs, 'loss')[0]!, gradient: floats(outputs, 'g') };
};

const losses = {
  restoration: (y: number, t: number) => (y - t) ** 2,
  crossEntropyRestoration: (y: number, t: number) => -t * Math.log(y) - (1 - t) * Math.log(1 - y),
};
const meanLoss = (lossOf: (y: number, t: number) => number, [kernel = 0, bias = 0]: readonly number[]): number => {
  const values = Array.from(frames, (byte, at) => {
    const y = 1 / (1 + Math.exp(-(kernel * (byte / 255) + bias)));
    return lossOf(y, target[at]! / 255);
  });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
};

test.each([
  ['restoration', restoration],
  ['crossEntropyRestoration', crossEntropyRestoration],
] as const)(
  '%s compares the output with the target, and its gradient agrees with finite differences',
  async (name, objective) => {
    const p = normal(2, 3);
    const { loss, gradient } = await run(objective, p);
    expect(loss).toBeCloseTo(meanLoss(losses[name], [...p]), 5);
    const step = 1e-4;
    for (const at of [0, 1]) {
      const moved = (by: number): number =>
        meanLoss(
          losses[name],
          [...p].map((value, index) => value + (index === at ? by : 0)),
        );
      expect(gradient[at]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 4);
    }
  },
);

test('where the sigmoid is flat the cross-entropy still has a gradient, and the squared error has none', async () => {
  const black = Float32Array.of(0, -9);
  const [entropy, squared] = [await run(crossEntropyRestoration, black), await run(restoration, black)];
  expect(Number.isFinite(entropy.loss)).toBe(true);
  expect(Math.abs(entropy.gradient[1]!)).toBeGreaterThan(0.1);
  expect(Math.abs(squared.gradient[1]!)).toBeLessThan(1e-3);
});

test('a model whose output has another shape than its input cannot restore', () => {
  const wide = sequential('wide', shape, [conv2d(3)]);
  expect(() => trainingGraph(wide, { batch: 2, objective: restoration })).toThrow(ModelError);
  expect(() => trainingGraph(wide, { batch: 2, objective: restoration })).toThrow(/pictures of one shape/);
});
