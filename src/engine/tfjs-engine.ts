import type * as tfCore from '@tensorflow/tfjs-core';
import type * as tfLayers from '@tensorflow/tfjs-layers';

import type { Engine, Session } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import type { Tensors } from '../core/tensor.ts';
import { errorMapCell } from '../model/error-outputs.ts';
import type { LayersModel } from '../model/layers-model.ts';

/** The `tf` module of any TensorFlow.js package that has the Layers API, with its backend ready. */
export type TensorFlow = typeof tfCore & Pick<typeof tfLayers, 'loadLayersModel'>;

export interface TfjsEngineOptions {
  /** What the backend of `tf` runs on. */
  readonly device: 'cpu' | 'cuda';
  /** Frames worth putting into one run. Default 16 on a GPU, 1 on a CPU. */
  readonly batchSize?: number;
}

/**
 * Runs models with TensorFlow.js, on the thread that calls. Sessions take and give what the ONNX inference graph does:
 * `frames` (uint8 [N, height, width, channels]) to `denoised` (the same), `mse` (float32 [N]) and `error_map` (float32
 * [N, ceil(height / 8), ceil(width / 8)], the same a cell), errors in units of 0..1.
 */
export const openTfjsEngine = (
  tf: TensorFlow,
  { device, batchSize = device === 'cpu' ? 1 : 16 }: TfjsEngineOptions,
): Engine<LayersModel> => {
  const sessions = new Set<Session>();
  return {
    device,
    concurrency: 1,
    batchSize,
    load: async (model) => {
      const layers = await loadModel(tf, model);
      const session: Session = {
        run: async (inputs, fetches) => {
          if (!sessions.has(session)) throw new EngineError('closed', 'The session was released.');
          return run(tf, layers, inputs, fetches);
        },
        release: async () => {
          if (sessions.delete(session)) layers.dispose();
        },
      };
      sessions.add(session);
      return session;
    },
    close: async () => {
      for (const session of sessions) await session.release();
    },
  };
};

const loadModel = async (tf: TensorFlow, { topology, weights }: LayersModel): Promise<tfLayers.LayersModel> => {
  const artifacts = {
    modelTopology: topology,
    weightSpecs: weights.map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' as const })),
    weightData: weights.map(({ data }) => data.slice().buffer),
  };
  try {
    return await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (error) {
    throw new EngineError('load-failed', (error as Error).message, { cause: error });
  }
};

const run = async (
  tf: TensorFlow,
  model: tfLayers.LayersModel,
  { frames }: Tensors,
  fetches: readonly string[] = ['denoised', 'mse', 'error_map'],
): Promise<Tensors> => {
  if (frames?.type !== 'uint8') throw new EngineError('run-failed', 'Expected a uint8 input named frames.');
  const { data, shape } = frames;
  try {
    const outputs = tf.tidy(() => {
      const input = tf.div(tf.tensor(Float32Array.from(data), [...shape]), 255);
      const picture = model.predict(input) as tfCore.Tensor;
      const error = tf.mean<tfCore.Tensor4D>(tf.squaredDifference(input, picture), 3, true);
      return {
        denoised: tf.round(tf.clipByValue(tf.mul(picture, 255), 0, 255)),
        mse: tf.mean(error, [1, 2, 3]),
        error_map: tf.squeeze(tf.div(meanOfCells(tf, error), meanOfCells(tf, tf.onesLike(error))), [3]),
      };
    });
    return await read(outputs, fetches);
  } catch (error) {
    throw new EngineError('run-failed', (error as Error).message, { cause: error });
  }
};

/** Means over 8 x 8 cells, where what lies outside of the picture counts as 0. */
const meanOfCells = (tf: TensorFlow, map: tfCore.Tensor4D): tfCore.Tensor => {
  const [, height, width] = map.shape;
  const beyond = (length: number): [number, number] => [0, Math.ceil(length / errorMapCell) * errorMapCell - length];
  return tf.avgPool(tf.pad(map, [[0, 0], beyond(height), beyond(width), [0, 0]]), errorMapCell, errorMapCell, 'valid');
};

/** Reads the outputs asked for, and disposes of all. */
const read = async (outputs: Readonly<Record<string, tfCore.Tensor>>, fetches: readonly string[]): Promise<Tensors> => {
  try {
    const tensors: Record<string, Tensors[string]> = {};
    for (const name of fetches) {
      const output = outputs[name];
      if (!output) throw new RangeError(`There is no output named ${name}`);
      const data = (await output.data()) as Float32Array;
      tensors[name] =
        name === 'denoised'
          ? { type: 'uint8', shape: output.shape, data: Uint8Array.from(data) }
          : { type: 'float32', shape: output.shape, data };
    }
    return tensors;
  } finally {
    for (const output of Object.values(outputs)) output.dispose();
  }
};
