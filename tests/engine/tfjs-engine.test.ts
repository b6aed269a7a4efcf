import * as tfCore from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

import type { Engine } from '../../src/core/engine.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import { openEngine } from '../../src/engine/open-engine.ts';
import { openTfjsEngine } from '../../src/engine/tfjs-engine.ts';
import type { TensorFlow } from '../../src/engine/tfjs-engine.ts';
import { architecture } from '../../src/model/architectures/architecture.ts';
import { initialWeights } from '../../src/model/initial-weights.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';
import type { PictureShape } from '../../src/model/layers-model.ts';

const tf: TensorFlow = { ...tfCore, loadLayersModel };

beforeAll(async () => {
  setWasmPaths('node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  await tf.setBackend('wasm');
});

const modelOf = (shape: PictureShape): CameraModel => {
  const topology = architecture('convolutional', shape);
  const [height, width, channels] = shape;
  const input = { height, width, channels };
  return { topology, weights: initialWeights(topology, 1), architecture: 'convolutional', input };
};
/** Pictures of every brightness, different for each call. */
const pictures = (count: number, [height, width, channels]: PictureShape): Tensors => {
  const data = Uint8Array.from(
    { length: count * height * width * channels },
    (_, index) => (index * 31 + index / 7) % 256,
  );
  return { frames: { type: 'uint8', shape: [count, height, width, channels], data } };
};

const withSession = async (engine: Engine<CameraModel>, model: CameraModel, inputs: Tensors): Promise<Tensors> => {
  const session = await engine.load(model);
  const outputs = await session.run(inputs);
  await engine.close();
  return outputs;
};

test.each<[string, PictureShape]>([
  ['gray, of a size that cells do not divide', [28, 28, 1]],
  ['in colour, wider than high', [16, 40, 3]],
])('agrees with the ONNX Runtime engine on pictures %s', async (_what, shape) => {
  const model = modelOf(shape);
  const tfjs = await withSession(openTfjsEngine(tf, { device: 'cpu' }), model, pictures(2, shape));
  const onnxruntime = await openEngine({ name: 'onnxruntime', device: 'cpu', workers: 1, log: () => undefined });
  const expected = await withSession(onnxruntime, model, pictures(2, shape));
  expect(Object.keys(tfjs).sort()).toEqual(['denoised', 'error_map', 'mse']);
  for (const [name, { type, shape: outputShape, data }] of Object.entries(expected)) {
    expect(tfjs[name]).toMatchObject({ type, shape: outputShape });
    const tolerance = type === 'uint8' ? 1 : 1e-5; // A pixel at x.5 may round either way.
    const differences = Array.from(data, Number).map((value, index) =>
      Math.abs(value - Number(tfjs[name]?.data[index])),
    );
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
  }
});

test('gives only the outputs asked for', async () => {
  const engine = openTfjsEngine(tf, { device: 'cpu' });
  const session = await engine.load(modelOf([16, 16, 1]));
  expect(Object.keys(await session.run(pictures(1, [16, 16, 1]), ['mse']))).toEqual(['mse']);
  await engine.close();
});

test('keeps no tensor after a run, good or bad, nor any after close', async () => {
  const before = tf.memory().numTensors;
  const engine = openTfjsEngine(tf, { device: 'cpu' });
  const session = await engine.load(modelOf([16, 16, 1]));
  await session.run(pictures(1, [16, 16, 1]));
  const loaded = tf.memory().numTensors;
  await session.run(pictures(3, [16, 16, 1]));
  await expect(session.run(pictures(1, [24, 16, 1]))).rejects.toMatchObject({ code: 'run-failed' });
  await expect(session.run(pictures(1, [16, 16, 1]), ['mse', 'absent'])).rejects.toMatchObject({ code: 'run-failed' });
  expect(tf.memory().numTensors).toBe(loaded);
  expect(loaded).toBeGreaterThan(before);
  await engine.close();
  expect(tf.memory().numTensors).toBe(before);
  await expect(session.run(pictures(1, [16, 16, 1]))).rejects.toMatchObject({ code: 'closed' });
});

test('a model whose weights do not fit its layers fails to load', async () => {
  const { topology, weights } = modelOf([16, 16, 1]);
  const engine = openTfjsEngine(tf, { device: 'cpu' });
  await expect(engine.load({ topology, weights: weights.slice(1) })).rejects.toMatchObject({ code: 'load-failed' });
});

test('a GPU gains from batches, a CPU does not', () => {
  expect(openTfjsEngine(tf, { device: 'cuda' })).toMatchObject({ device: 'cuda', batchSize: 16, concurrency: 1 });
  expect(openTfjsEngine(tf, { device: 'cpu' }).batchSize).toBe(1);
  expect(openTfjsEngine(tf, { device: 'cuda', batchSize: 4 }).batchSize).toBe(4);
});

test('without its package, the engine tfjs is unavailable and says what to install', async () => {
  await expect(openEngine({ name: 'tfjs', device: 'auto', log: () => undefined })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'unavailable',
    message: expect.stringContaining('npm install @tensorflow/tfjs-node-gpu'),
  });
});
