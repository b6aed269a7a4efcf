import type { Device, Engine } from '../core/engine.ts';
import { EngineError } from '../core/errors.ts';
import { cameraGraph, initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { openOrtEngine } from './ort-engine.ts';
import { openTfjsEngine } from './tfjs-engine.ts';
import type { TensorFlow } from './tfjs-engine.ts';

export interface EngineOptions {
  readonly name: 'onnxruntime' | 'tfjs';
  readonly device: Device;
  /** Worker threads of onnxruntime; default: what the device makes good use of. */
  readonly workers?: number;
  /** Frames in one run, at most; default: what the device gains from. */
  readonly batchSize?: number;
  readonly log: (line: string) => void;
}

/** Opens the engine a pipeline asks for. Throws EngineError 'unavailable' when it or its device cannot be used here. */
export const openEngine = async ({ name, ...options }: EngineOptions): Promise<Engine<CameraModel>> => {
  if (name === 'tfjs') return openTensorFlow(options);
  const engine = await openOrtEngine(options);
  return { ...engine, load: async (model, options) => engine.load(cameraGraph(model), options) };
};

const tfjsPackage = '@tensorflow/tfjs-node-gpu';

const openTensorFlow = async ({
  device,
  batchSize,
  log,
}: Omit<EngineOptions, 'name'>): Promise<Engine<CameraModel>> => {
  const tf = await importTensorFlow();
  await tf.ready();
  const { isUsingGpuDevice } = tf.backend() as unknown as { readonly isUsingGpuDevice: boolean };
  const found = isUsingGpuDevice ? 'cuda' : 'cpu';
  if (device !== 'auto' && device !== found)
    throw new EngineError('unavailable', `${tfjsPackage} runs on ${found} here, it cannot use ${device}.`);
  log(`Inference runs on ${found}, with TensorFlow.js.`);
  const engine = openTfjsEngine(tf, { device: found, ...(batchSize !== undefined && { batchSize }) });
  return {
    ...engine,
    load: async (model) => {
      if (Object.keys(initialState(model)).length > 0)
        throw new EngineError(
          'load-failed',
          `A model of the architecture ${model.architecture} needs the engine onnxruntime, not tfjs.`,
        );
      return engine.load(model);
    },
  };
};

const importTensorFlow = async (): Promise<TensorFlow> => {
  try {
    return (await import(tfjsPackage)) as TensorFlow;
  } catch (error) {
    const message = `The engine tfjs needs a package that could not be loaded: npm install ${tfjsPackage}`;
    throw new EngineError('unavailable', message, { cause: error });
  }
};
