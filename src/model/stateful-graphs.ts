import { addErrorOutputs } from './error-outputs.ts';
import { addLayers } from './layers-graph.ts';
import type { LayersModel, PictureShape } from './layers-model.ts';
import { channelsFirst } from './onnx-layers.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { recurrentStep } from './recurrent-step.ts';

/** A tensor float32 [N, ...shape] that a graph carries from frame to frame as `name` and `next_name`; 0 at first. */
export interface StateSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A live graph and what it carries. */
interface StatefulGraph {
  readonly graph: Uint8Array;
  readonly states: readonly StateSpec[];
}

const framesInput = (graph: OnnxGraph, shape: PictureShape): string => {
  const frames = graph.input('frames', ['N', ...shape], 'uint8');
  const values = graph.op('Cast', [channelsFirst(graph, frames, shape)], { to: 1 });
  return graph.op('Div', [values, graph.scalar(255)]);
};

/** A recurrent autoencoder, frame by frame: outputs as `inferenceGraph`, the memory of its layers is the state. */
export const recurrentGraph = (model: LayersModel, shape: PictureShape): StatefulGraph => {
  const graph = new OnnxGraph('recurrent');
  const x = framesInput(graph, shape);
  const { y, states } = recurrentStep(graph, model, x);
  addErrorOutputs(graph, y, x, shape);
  return { graph: graph.toBytes(), states };
};

/**
 * A predictor of the next frame, live: `denoised` is what it expected of this frame, the error how far the frame was from
 * it. The state `history` [N, frames * C, H, W] holds the last frames, the oldest first.
 */
export const predictorGraph = (model: LayersModel, shape: PictureShape, frames: number): StatefulGraph => {
  const [height, width, channels] = shape;
  const graph = new OnnxGraph('predictor');
  const x = framesInput(graph, shape);
  const state = { name: 'history', shape: [frames * channels, height, width] };
  const history = graph.input(state.name, ['N', ...state.shape]);
  addErrorOutputs(graph, addLayers(graph, model, history), x, shape);
  const newer = graph.op('Slice', [history, graph.ints([channels]), graph.ints([frames * channels]), graph.ints([1])]);
  graph.output(graph.opAs('next_history', 'Concat', [newer, x], { axis: 1 }), ['N', ...state.shape]);
  return { graph: graph.toBytes(), states: [state] };
};
