import { addErrorOutputs } from './error-outputs.ts';
import { framesInput } from './frames-input.ts';
import { addLayers } from './layers-graph.ts';
import type { LayersModel, PictureShape } from './layers-model.ts';
import type { StateSpec } from './onnx-conv-lstm.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { recurrentStep } from './recurrent-step.ts';

/** A recurrent autoencoder, frame by frame: outputs as `inferenceGraph`, the memory of its layers is the state. */
export const recurrentGraph = (model: LayersModel, shape: PictureShape): Uint8Array => {
  const graph = new OnnxGraph('recurrent');
  const x = framesInput(graph, shape);
  const { y } = recurrentStep(graph, model, x);
  addErrorOutputs(graph, y, x, shape);
  return graph.toBytes();
};

/** The last frames that a predictor looks at, [frames * C, H, W], the oldest first. */
export const predictorState = ([height, width, channels]: PictureShape, frames: number): StateSpec => ({
  name: 'history',
  shape: [frames * channels, height, width],
});

/**
 * A predictor of the next frame, live: `denoised` is what it expected of this frame, the error how far the frame was from
 * it. Its state is `predictorState`.
 */
export const predictorGraph = (model: LayersModel, shape: PictureShape, frames: number): Uint8Array => {
  const [, , channels] = shape;
  const graph = new OnnxGraph('predictor');
  const x = framesInput(graph, shape);
  const state = predictorState(shape, frames);
  const history = graph.input(state.name, ['N', ...state.shape]);
  addErrorOutputs(graph, addLayers(graph, model, history), x, shape);
  const newer = graph.op('Slice', [history, graph.ints([channels]), graph.ints([frames * channels]), graph.ints([1])]);
  graph.output(graph.opAs(`next_${state.name}`, 'Concat', [newer, x], { axis: 1 }), ['N', ...state.shape]);
  return graph.toBytes();
};
