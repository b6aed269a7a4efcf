import type { Tensors } from '../core/tensor.ts';
import { inferenceGraph } from './inference-graph.ts';
import type { LayersModel } from './layers-model.ts';
import { blockSize } from './motion/block-statistics.ts';
import { motionGraph } from './motion/motion-graph.ts';

/** A learned model with what its graph needs to know beside the layers. */
export interface CameraModel extends LayersModel {
  readonly architecture: string;
  /** Of the camera's pictures. */
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  /** The scene without passers-by, height x width gray levels; only of a motion model. */
  readonly background?: Float32Array;
}

/** The ONNX graph that runs the model live. Throws ModelError for a model that cannot be run. */
export const cameraGraph = (model: CameraModel): Uint8Array =>
  model.architecture === 'motion' ? motionGraph(model, model.input.channels) : inferenceGraph(model);

/**
 * What the graph carries from frame to frame, as a camera begins: each tensor [1, ...] goes in by its name and comes out
 * as `next_NAME`. Empty for a model that sees one frame at a time.
 */
export const initialState = ({ architecture, input, background }: CameraModel): Tensors => {
  if (architecture !== 'motion') return {};
  const { height, width } = input;
  const [rows, cols] = [height / blockSize, width / blockSize];
  return {
    background: {
      type: 'float32',
      shape: [1, height, width],
      data: background?.slice() ?? new Float32Array(height * width),
    },
    previous: { type: 'float32', shape: [1, height, width], data: new Float32Array(height * width) },
    presence: { type: 'float32', shape: [1, rows, cols], data: new Float32Array(rows * cols) },
  };
};
