import path from 'node:path';

import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { input, model as functional } from '@tensorflow/tfjs-layers';
import type { LayersModel as TensorFlowModel, SymbolicTensor } from '@tensorflow/tfjs-layers';

import type { Tensor } from '../../src/core/tensor.ts';
import type { LayersModel, Topology } from '../../src/model/layers-model.ts';
import { randomSource } from '../../src/model/random.ts';

/** Makes TensorFlow.js compute with its WebAssembly backend; call it in beforeAll. */
export const useTensorFlow = async (): Promise<void> => {
  setWasmPaths(`${path.resolve('node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  await tf.setBackend('wasm');
};

/** A TensorFlow.js model from `layers`, with random weights (positive ones where they are variances). */
export const tensorFlowModel = (
  inputShape: readonly number[],
  layers: (x: SymbolicTensor) => SymbolicTensor,
  seed = 1,
): TensorFlowModel => {
  const x = input({ shape: [...inputShape] });
  const model = functional({ inputs: x, outputs: layers(x) });
  const random = randomSource(seed);
  model.setWeights(
    model.weights.map(({ originalName, shape }) => {
      const lowest = originalName.endsWith('variance') ? 0.5 : -0.5;
      return tf.tensor(values(shape as number[], random, lowest), shape as number[]);
    }),
  );
  return model;
};

/** The same model in Nightjar's terms. */
export const layersModelOf = (model: TensorFlowModel): LayersModel => ({
  topology: model.toJSON(null, false) as unknown as Topology,
  weights: model.weights.map((weight) => ({
    name: weight.originalName,
    shape: weight.shape as number[],
    data: weight.read().dataSync() as Float32Array,
  })),
});

/** Values from -0.5 to 0.5, the same for the same seed. */
export const randomTensor = (shape: readonly number[], seed = 2): Tensor & { readonly type: 'float32' } => ({
  type: 'float32',
  shape,
  data: values(shape, randomSource(seed), -0.5),
});

const values = (shape: readonly number[], random: () => number, lowest: number): Float32Array =>
  new Float32Array(tf.util.sizeFromShape([...shape])).map(() => random() + lowest);

export const predict = (model: TensorFlowModel, x: Tensor & { readonly type: 'float32' }): Tensor => {
  const y = tf.tidy(() => model.predict(tf.tensor(x.data, [...x.shape])) as tf.Tensor);
  return { type: 'float32', shape: y.shape, data: y.dataSync() as Float32Array };
};
