import { ModelError } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Tensors } from '../core/tensor.ts';
import { denoiserBlock, denoiserInputs } from './architectures/denoiser.ts';
import { colorizerGraph } from './colour/colorizer-graph.ts';
import { denoiserGraph, denoiserStates } from './denoiser/denoiser-graph.ts';
import { inferenceGraph } from './inference-graph.ts';
import type { LayersModel, PictureShape } from './layers-model.ts';
import { blockSize } from './motion/block-statistics.ts';
import { motionGraph } from './motion/motion-graph.ts';
import type { StateSpec } from './onnx-conv-lstm.ts';
import type { Shape } from './output-shape.ts';
import { recurrentStates } from './recurrent-step.ts';
import { layerGraph } from './shapes.ts';
import { predictorGraph, predictorState, recurrentGraph } from './stateful-graphs.ts';

/** A learned model with what its graph needs to know beside the layers. */
export interface CameraModel extends LayersModel {
  readonly architecture: string;
  /** Of the camera's pictures. */
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  /**
   * The scene without passers-by. Of a motion model: height x width gray levels; of a colouriser its chroma, Cb and Cr,
   * 2 x height / 2 x width / 2 gray levels centred at 0. Others have none.
   */
  readonly background?: Float32Array;
  /** Of a denoiser that is to be computed in bytes: the largest magnitude that each layer gave in calibration. */
  readonly activations?: readonly number[] | undefined;
}

/** The ONNX graph that runs the model live. Throws ModelError for a model that cannot be run. */
export const cameraGraph = (model: CameraModel): Uint8Array => {
  const { architecture, input } = model;
  const shape: PictureShape = [input.height, input.width, input.channels];
  if (architecture === 'denoiser') return denoiserGraph(model, shape, model);
  if (architecture === 'motion') return motionGraph(model, input.channels);
  if (architecture === 'colorizer')
    return colorizerGraph(model, model.background ?? new Float32Array(backgroundSize(model)!));
  if (architecture === 'recurrent') return recurrentGraph(model, shape);
  if (architecture === 'predictor') return predictorGraph(model, shape, framesOf(model));
  return inferenceGraph(model);
};

/**
 * What the graph carries from frame to frame, as a camera begins: each tensor [1, ...] goes in by its name and comes out
 * as `next_NAME`. Empty for a model that sees one frame at a time.
 */
export const initialState = (model: CameraModel): Tensors => {
  const { architecture, input, background } = model;
  const shape: PictureShape = [input.height, input.width, input.channels];
  if (architecture === 'denoiser') return states(denoiserStates(shape));
  if (architecture === 'recurrent') return states(recurrentStates(model.topology));
  if (architecture === 'predictor') return states([predictorState(shape, framesOf(model))]);
  if (architecture !== 'motion') return {};
  const { height, width } = input;
  const empty = states([
    { name: 'background', shape: [height, width] },
    { name: 'previous', shape: [height, width] },
    { name: 'presence', shape: [height / blockSize, width / blockSize] },
  ]);
  if (!background) return empty;
  return { ...empty, background: { type: 'float32', shape: [1, height, width], data: background.slice() } };
};

/** Values in the background of a model; undefined for one that has none. */
export const backgroundSize = ({
  architecture,
  input,
}: Pick<CameraModel, 'architecture' | 'input'>): number | undefined => {
  const pixels = input.height * input.width;
  if (architecture === 'motion') return pixels;
  return architecture === 'colorizer' ? pixels / 2 : undefined;
};

const states = (specs: readonly (StateSpec & { readonly value?: number })[]): Tensors =>
  Object.fromEntries(
    specs.map(({ name, shape, value = 0 }) => [
      name,
      { type: 'float32', shape: [1, ...shape], data: new Float32Array(sizeOf(shape)).fill(value) },
    ]),
  );

/** How many frames a predictor looks at. */
const framesOf = ({ topology, input }: Omit<CameraModel, 'weights'>): number =>
  (layerGraph(topology).input.outputShape.at(-1) ?? 0) / input.channels;

/** Neighbouring frames that one training sample of the model needs: for a predictor those it looks at and the next. */
export const sampleFrames = (model: Omit<CameraModel, 'weights'>): number => {
  if (model.architecture === 'recurrent') return layerGraph(model.topology).input.outputShape[0] ?? 1;
  return model.architecture === 'predictor' ? framesOf(model) + 1 : 1;
};

/** Throws ModelError 'mismatch' unless the layers take pictures of the camera's shape, in the architecture's way. */
export const expectInput = (model: CameraModel, where: string): void => {
  const found = layerGraph(model.topology).input.outputShape;
  const expected = expectedInput(model, found);
  if (found.join() !== expected.join())
    throw new ModelError(
      'mismatch',
      `${where}: expected an input of ${expected.join(' x ')} for the pictures of card.json, found ${found.join(' x ')}`,
    );
};

/** How many steps or frames there are is the model's own choice: those of `found`. */
const expectedInput = (model: CameraModel, found: Shape): Shape => {
  const { height, width, channels } = model.input;
  const frames = framesOf(model);
  // Fully convolutional: it takes pictures of any size.
  if (model.architecture === 'denoiser') return [found[0]!, found[1]!, denoiserInputs(denoiserBlock(found))];
  if (model.architecture === 'motion') return [height / 2, width / 2, 4];
  if (model.architecture === 'colorizer') return [height / 2, width / 2, 6];
  if (model.architecture === 'recurrent') return [found[0] ?? 1, height, width, channels];
  if (model.architecture === 'predictor' && Number.isInteger(frames)) return [height, width, frames * channels];
  return [height, width, channels];
};
