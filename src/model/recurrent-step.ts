import { ModelError } from '../core/errors.ts';
import { addLayers } from './layers-graph.ts';
import type { LayersModel, Topology } from './layers-model.ts';
import { convLstmStates } from './onnx-conv-lstm.ts';
import type { StateSpec } from './onnx-conv-lstm.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import { layerGraph } from './shapes.ts';

/**
 * Adds a model of sequences, as it was trained, for one frame at a time: from the frame `x` [N, channels, height, width]
 * to its output `y` (a picture: channels first). Declares for each of the `states` of the recurrent layers an input
 * `name` and an output `next_name`. Throws ModelError 'unsupported' for a model of something else than sequences, and
 * 'unsupported' or 'mismatch' where a layer needs all steps at once.
 */
export const recurrentStep = (
  graph: OnnxGraph,
  model: LayersModel,
  x: string,
): { readonly y: string; readonly states: readonly StateSpec[] } => {
  const states = recurrentStates(model.topology);
  const y = addLayers(graph, { ...model, topology: oneStep(model.topology) }, x, {
    input: (name, shape) => graph.input(name, ['N', ...shape]),
    output: (name, value) => {
      const { shape } = states.find((state) => state.name === name)!;
      graph.output(graph.opAs(`next_${name}`, 'Identity', [value]), ['N', ...shape]);
    },
  });
  return { y, states };
};

/** What a model of sequences carries from frame to frame. Throws as `recurrentStep`. */
export const recurrentStates = (topology: Topology): StateSpec[] =>
  layerGraph(oneStep(topology)).nodes.flatMap((node) => (node.className === 'ConvLSTM2D' ? convLstmStates(node) : []));

/** The same layers over sequences of one step: weights do not depend on the number of steps. */
const oneStep = (topology: Topology): Topology => {
  const { config } = topology;
  const { input } = layerGraph(topology);
  const [, ...frame] = input.outputShape;
  if (frame.length !== 3)
    throw new ModelError(
      'unsupported',
      `Model '${config.name}': expected an input of shape [steps, height, width, channels], found [${input.outputShape.join(', ')}]`,
    );
  const shortened = { batch_input_shape: [null, 1, ...frame] };
  const layers = config.layers.map((layer) =>
    layer.name === input.name ? { ...layer, config: { ...layer.config, ...shortened } } : layer,
  );
  return { ...topology, config: { ...config, layers } };
};
