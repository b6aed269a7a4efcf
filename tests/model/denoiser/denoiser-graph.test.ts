import type { Tensor, Tensors } from '../../../src/core/tensor.ts';
import { denoiser } from '../../../src/model/architectures/denoiser.ts';
import { initialState } from '../../../src/model/camera-model.ts';
import type { CameraModel } from '../../../src/model/camera-model.ts';
import { denoiserGraph } from '../../../src/model/denoiser/denoiser-graph.ts';
import { untrainedDenoiser } from '../../../src/model/denoiser/untrained-denoiser.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, normal } from '../training/training-steps.ts';

afterAll(closeOnnx);

const [height, width] = [16, 24];
const modelFor = (channels: 1 | 3, block = 4): CameraModel => {
  const topology = denoiser({ block, channels: 8, layers: 3 }, 4, 4);
  const weights = untrainedDenoiser(topology, 2);
  return { architecture: 'denoiser', topology, weights, input: { height, width, channels } };
};
const gray = modelFor(1);
const row = (...values: number[]): Tensor => ({
  type: 'float32',
  shape: [1, values.length],
  data: Float32Array.from(values),
});
const sigma = 12;
const inputs = (data: Uint8Array, state: Tensors, strength = 1): Tensors => ({
  ...state,
  frames: { type: 'uint8', shape: [1, height, width, data.length / (height * width)], data },
  noise: row(0, (sigma / 255) ** 2),
  strength: { ...row(strength), shape: [1] },
});
const next = (outputs: Tensors): Tensors =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('next_'))
      .map(([name, tensor]) => [name.slice(5), { ...tensor, shape: [1, ...tensor.shape.slice(1)] }]),
  );
const scene = Uint8Array.from({ length: height * width }, (_, at) => 90 + 60 * Math.sin(at / 7));
const noisyScene = (seed: number): Uint8Array => {
  const noise = normal(scene.length, seed, sigma);
  return scene.map((level, at) => Math.max(0, Math.min(255, Math.round(level + noise[at]!))));
};
const errorOf = (found: Uint8Array, truth: Uint8Array = scene): number =>
  Math.sqrt(truth.reduce((sum, level, at) => sum + (level - found[at]!) ** 2, 0) / truth.length);

test('of a scene that stays the average comes out, better with every frame', async () => {
  const graph = denoiserGraph(gray, [height, width, 1]);
  let state = initialState(gray);
  const errors: number[] = [];
  for (let frame = 0; frame < 12; frame++) {
    const outputs = await runOnnx(graph, inputs(noisyScene(frame), state));
    state = next(outputs);
    const average = floats(outputs, 'next_average');
    errors.push(errorOf(Uint8Array.from(average, (level) => Math.round(255 * level))));
  }
  expect(errors[0]).toBeGreaterThan(0.9 * sigma);
  expect(errors[11]).toBeLessThan(0.55 * sigma);
});

test('says the variance around the average in cells, and that it knows none at first', async () => {
  const graph = denoiserGraph(gray, [height, width, 1]);
  const first = await runOnnx(graph, inputs(noisyScene(1), initialState(gray)));
  expect([...new Set(floats(first, 'cell_variance'))]).toEqual([-1]);
  const second = await runOnnx(graph, inputs(noisyScene(2), next(first)));
  const variances = floats(second, 'cell_variance');
  expect(variances).toHaveLength((height / 4) * (width / 4));
  const mean = variances.reduce((sum, value) => sum + value, 0) / variances.length;
  expect(255 * Math.sqrt(mean)).toBeGreaterThan(0.8 * sigma);
  expect(255 * Math.sqrt(mean)).toBeLessThan(1.2 * sigma);
  expect(floats(second, 'cell_level')[0]).toBeCloseTo(90 / 255, 0);
});

test('without strength the frame comes out as it went in, in gray and in colour', async () => {
  for (const channels of [1, 3] as const) {
    const model = modelFor(channels);
    const data = Uint8Array.from({ length: height * width * channels }, (_, at) => 60 + ((at * 37) % 120));
    // Colour is carried at half size: only what has it can come out as it went in.
    const coarse = channels === 1 ? data : data.map((_, at) => 60 + (at % 3) * 40);
    const outputs = await runOnnx(
      denoiserGraph(model, [height, width, channels]),
      inputs(coarse, initialState(model), 0),
    );
    const difference = (outputs['denoised']!.data as Uint8Array).map((level, at) => Math.abs(level - coarse[at]!));
    expect(Math.max(...difference)).toBeLessThanOrEqual(1);
  }
});

test('noise in the colour goes, in the first frame and in later ones', async () => {
  const model = modelFor(3);
  const graph = denoiserGraph(model, [height, width, 3]);
  const truth = Uint8Array.from({ length: height * width * 3 }, (_, at) => [150, 100, 60][at % 3]!);
  let state = initialState(model);
  const chroma: number[] = [];
  for (let frame = 0; frame < 10; frame++) {
    const noise = normal(truth.length, frame, 20);
    const outputs = await runOnnx(
      graph,
      inputs(
        truth.map((level, at) => Math.max(0, Math.min(255, level + noise[at]!))),
        state,
      ),
    );
    state = next(outputs);
    const denoised = outputs['denoised']!.data as Uint8Array;
    // Red less blue is 90 everywhere.
    const errors = Array.from({ length: height * width }, (_, at) => denoised[3 * at]! - denoised[3 * at + 2]! - 90);
    chroma.push(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length));
  }
  // Of the noise itself it is 28.
  expect(Math.max(...chroma)).toBeLessThan(5);
});

test.each([4, 2])(
  'in bytes a net whose places have a side of %d pixels gives nearly the same picture',
  async (block) => {
    const model = modelFor(1, block);
    const observed = await runOnnx(
      denoiserGraph(model, [height, width, 1], { observe: true }),
      inputs(noisyScene(1), initialState(model)),
    );
    const activations = [...floats(observed, 'largest')];
    expect(activations).toHaveLength(3);
    const pictures: Uint8Array[] = [];
    for (const variant of [{}, { activations }]) {
      const graph = denoiserGraph(model, [height, width, 1], variant);
      const first = await runOnnx(graph, inputs(noisyScene(1), initialState(model)));
      pictures.push((await runOnnx(graph, inputs(noisyScene(2), next(first))))['denoised']!.data as Uint8Array);
    }
    const error = errorOf(pictures[0]!, pictures[1]);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.6);
  },
);
