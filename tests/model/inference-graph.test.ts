import { ModelError } from '../../src/core/errors.ts';
import type { Tensor } from '../../src/core/tensor.ts';
import { architecture } from '../../src/model/architectures/architecture.ts';
import { conv2d, dense, flatten, sequential } from '../../src/model/architectures/sequential.ts';
import { inferenceGraph } from '../../src/model/inference-graph.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import { layersGraph } from '../../src/model/layers-graph.ts';
import type { LayersModel, PictureShape, Topology } from '../../src/model/layers-model.ts';
import { randomSource } from '../../src/model/random.ts';
import { closeOnnx, runOnnx } from '../support/run-onnx.ts';

afterAll(closeOnnx);

const withWeights = (topology: Topology): LayersModel => ({ topology, weights: initialWeights(topology, 7) });

const randomFrames = (shape: readonly number[]): Tensor => {
  const random = randomSource(3);
  const data = Uint8Array.from({ length: shape.reduce((a, b) => a * b) }, () => Math.floor(random() * 256));
  return { type: 'uint8', shape, data };
};

/** The outputs of inferenceGraph, computed the plain way from those of layersGraph. */
const expectedOutputs = (
  x: Float32Array,
  y: Float32Array,
  [height, width, channels]: PictureShape,
  cellSize: number,
): { denoised: number[]; mse: number; errorMap: number[] } => {
  const cols = Math.ceil(width / cellSize);
  const sums = new Float64Array(Math.ceil(height / cellSize) * cols);
  const counts = new Float64Array(sums.length);
  let total = 0;
  for (let index = 0; index < x.length; index++) {
    const pixel = Math.floor(index / channels);
    const cell = Math.floor(Math.floor(pixel / width) / cellSize) * cols + Math.floor((pixel % width) / cellSize);
    const squared = (y[index]! - x[index]!) ** 2;
    sums[cell]! += squared;
    counts[cell]! += 1;
    total += squared;
  }
  return {
    denoised: Array.from(y, (value) => Math.round(Math.min(1, Math.max(0, value)) * 255)),
    mse: total / x.length,
    errorMap: Array.from(sums, (sum, cell) => sum / counts[cell]!),
  };
};

const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void => {
  expect(actual).toHaveLength(expected.length);
  for (let index = 0; index < expected.length; index++)
    expect(Math.abs(actual[index]! - expected[index]!)).toBeLessThanOrEqual(tolerance);
};

test.each([
  ['gray, size divisible by the cell', [16, 24, 1], 8],
  ['colour, ragged cells', [16, 24, 3], 5],
] as const)('gives denoised bytes, MSE and error map: %s', async (_name, shape, cellSize) => {
  const model = withWeights(architecture('strided', shape));
  const frames = randomFrames([2, ...shape]);
  const x = Float32Array.from(frames.data as Uint8Array, (byte) => byte / 255);

  const { y } = await runOnnx(layersGraph(model), { x: { type: 'float32', shape: [2, ...shape], data: x } });
  const { denoised, mse, error_map } = await runOnnx(inferenceGraph(model, { cellSize }), { frames });

  expect(denoised!.type).toBe('uint8');
  expect(denoised!.shape).toEqual([2, ...shape]);
  expect(mse!.shape).toEqual([2]);
  expect(error_map!.shape).toEqual([2, Math.ceil(16 / cellSize), Math.ceil(24 / cellSize)]);
  const size = x.length / 2;
  for (const n of [0, 1]) {
    const part = (values: Tensor, length: number): number[] =>
      Array.from(values.data as Float32Array).slice(n * length, (n + 1) * length);
    const expected = expectedOutputs(
      x.slice(n * size, (n + 1) * size),
      (y!.data as Float32Array).slice(n * size, (n + 1) * size),
      shape,
      cellSize,
    );
    expectClose(part(denoised!, size), expected.denoised, 0);
    expectClose(part(mse!, 1), [expected.mse], 1e-6);
    expectClose(part(error_map!, expected.errorMap.length), expected.errorMap, 1e-6);
  }
});

/** A 1x1 convolution that multiplies by `gain`. */
const amplifier = (gain: number): LayersModel => ({
  topology: sequential('amplifier', [8, 8, 1], [conv2d(1, { kernelSize: 1, activation: 'linear' })]),
  weights: [
    { name: 'conv2d_1/kernel', shape: [1, 1, 1, 1], data: Float32Array.of(gain) },
    { name: 'conv2d_1/bias', shape: [1], data: Float32Array.of(0) },
  ],
});

test('a model that changes nothing gives back every byte value, and no error', async () => {
  const data = Uint8Array.from({ length: 256 }, (_, index) => index);
  const frames: Tensor = { type: 'uint8', shape: [4, 8, 8, 1], data: data.slice() };
  const { denoised, mse } = await runOnnx(inferenceGraph(amplifier(1)), { frames });
  expect(denoised!.data).toEqual(data);
  expect(mse!.data).toEqual(new Float32Array(4));
});

test.each([
  [3, [0, 150, 255, 255]],
  [-1, [0, 0, 0, 0]],
])('a result outside 0..1 becomes the nearest byte (gain %s)', async (gain, expected) => {
  const data = new Uint8Array(64);
  data.set([0, 50, 100, 255]);
  const { denoised } = await runOnnx(inferenceGraph(amplifier(gain)), {
    frames: { type: 'uint8', shape: [1, 8, 8, 1], data },
  });
  expect(Array.from(denoised!.data.slice(0, 4), Number)).toEqual(expected);
});

test('refuses a model whose output is no picture of the size of its input', () => {
  const model = withWeights(sequential('classifier', [8, 8, 1], [flatten(), dense(10)]));
  expect(() => inferenceGraph(model)).toThrow(ModelError);
  expect(() => inferenceGraph(model)).toThrow(
    "Model 'classifier': expected an output of the shape of the input, [height, width, channels]; found [8, 8, 1] and [10]",
  );
});
