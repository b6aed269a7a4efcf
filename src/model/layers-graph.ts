import { weightSpecs, weightsByName } from './layer-weights.ts';
import type { LayersModel } from './layers-model.ts';
import { foldableNormalizations } from './normalization.ts';
import type { StatePorts } from './onnx-conv-lstm.ts';
import { addLayer, channelsFirst, channelsLast } from './onnx-layers.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { layerGraph, perStep } from './shapes.ts';

/**
 * A model as an ONNX graph: `x` float32 [N, ...input shape] to `y` float32 [N, ...output shape], channels last as in
 * TensorFlow.js. Throws ModelError 'unsupported' or 'mismatch'.
 */
export const layersGraph = (model: LayersModel): Uint8Array => {
  const { input, output } = layerGraph(model.topology);
  const graph = new OnnxGraph(model.topology.config.name);
  const x = graph.input('x', ['N', ...input.outputShape]);
  const y = addLayers(graph, model, channelsFirst(graph, x, input.outputShape));
  graph.opAs('y', 'Identity', [channelsLast(graph, y, output.outputShape)]);
  graph.output('y', ['N', ...output.outputShape]);
  return graph.toBytes();
};

/**
 * Adds the layers of a model, from its input `x` (a picture: channels first; a sequence: [N * steps, channels, height,
 * width]) to the name of its output (likewise). Recurrent layers begin at 0 unless the graph has `statePorts`.
 */
export const addLayers = (graph: OnnxGraph, model: LayersModel, x: string, statePorts?: StatePorts): string => {
  const layers = perStep(layerGraph(model.topology));
  const weights = weightsByName(layers.nodes.flatMap(weightSpecs), model.weights);
  const context = { graph, weights, foldable: foldableNormalizations(layers), statePorts };
  const values = new Map([[layers.input.name, x]]);
  for (const layer of layers.nodes) {
    if (layer === layers.input) continue;
    const inputs = layer.inputs.map((name) => values.get(name) ?? '');
    values.set(layer.name, addLayer(context, layer, inputs));
  }
  return values.get(layers.output.name) ?? '';
};
