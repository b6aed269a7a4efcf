import { byteOutput } from '../error-outputs.ts';
import { framesInput } from '../frames-input.ts';
import { addLayers } from '../layers-graph.ts';
import type { LayersModel } from '../layers-model.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { layerGraph } from '../shapes.ts';
import { chromaBackground, chromaLevels, lumaAndChroma, rgbOf } from './colour-space.ts';
import { netChroma, netInput } from './net-chroma.ts';

/**
 * The colouriser, live, as one ONNX graph. `frames` uint8 [N, H, W, 3] gives `colorized`, the same with the brightness of
 * the frame and the colours of the model, and `chroma` float32 [N], the mean of |Cb| + |Cr| of the frame as it came, in
 * gray levels. `background`: the chroma of the scene, 2 x H/2 x W/2 gray levels.
 */
export const colorizerGraph = (model: LayersModel, background: Float32Array): Uint8Array => {
  const [rows = 0, cols = 0] = layerGraph(model.topology).input.outputShape;
  const picture = [2 * rows, 2 * cols, 3] as const;
  const graph = new OnnxGraph('colorizer');
  const seen = lumaAndChroma(graph, framesInput(graph, picture));
  const behind = chromaBackground(graph, background, [rows, cols]);
  const chroma = netChroma(graph, addLayers(graph, model, netInput(graph, seen.luma, behind)), behind);
  byteOutput(graph, 'colorized', rgbOf(graph, seen.luma, chroma), picture);
  graph.opAs('chroma', 'Identity', [chromaLevels(graph, seen.chroma)]);
  graph.output('chroma', ['N']);
  return graph.toBytes();
};
