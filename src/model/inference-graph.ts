import { ModelError } from '../core/errors.ts';
import { addLayers } from './layers-graph.ts';
import type { LayersModel } from './layers-model.ts';
import { channelsFirst, channelsLast } from './onnx-layers.ts';
import { OnnxGraph } from './onnx/graph.ts';
import { layerGraph } from './shapes.ts';

/** Height and width of an error map's cells, in pixels. */
export const errorMapCell = 8;

/**
 * An autoencoder as one ONNX graph, bytes in and out, with all arithmetic inside.
 *
 * `frames` uint8 [N, height, width, channels] gives `denoised` of the same type and shape, `mse` float32 [N] (mean
 * squared error in units of 0..1) and `error_map` float32 [N, ceil(height / cellSize), ceil(width / cellSize)] (the same
 * a cell, of the part of it that lies in the picture). Throws ModelError for a model that is no autoencoder of pictures.
 */
export const inferenceGraph = (
  model: LayersModel,
  { cellSize = errorMapCell }: { readonly cellSize?: number } = {},
): Uint8Array => {
  const { input, output } = layerGraph(model.topology);
  const shape = input.outputShape;
  const [height = 0, width = 0] = shape;
  if (shape.length !== 3 || output.outputShape.join() !== shape.join())
    throw new ModelError(
      'mismatch',
      `Model '${model.topology.config.name}': expected an output of the shape of the input, [height, width, channels]; found [${shape.join(', ')}] and [${output.outputShape.join(', ')}]`,
    );
  const graph = new OnnxGraph(model.topology.config.name);
  const frames = graph.input('frames', ['N', ...shape], 'uint8');
  const bytes = graph.op('Cast', [channelsFirst(graph, frames, shape)], { to: float });
  const x = graph.op('Div', [bytes, graph.scalar(255)]);
  const y = addLayers(graph, model, x);
  addDenoised(graph, channelsLast(graph, y, shape));
  graph.output('denoised', ['N', ...shape], 'uint8');

  const difference = graph.op('Sub', [y, x]);
  const squared = graph.op('Mul', [difference, difference]);
  graph.opAs('mse', 'ReduceMean', [squared], { axes: [1, 2, 3], keepdims: 0 });
  graph.output('mse', ['N']);

  const [rows, cols] = [Math.ceil(height / cellSize), Math.ceil(width / cellSize)];
  const cells = graph.op('AveragePool', [squared], {
    kernel_shape: [cellSize, cellSize],
    strides: [cellSize, cellSize],
    pads: [0, 0, rows * cellSize - height, cols * cellSize - width],
  });
  graph.opAs('error_map', 'ReduceMean', [cells], { axes: [1], keepdims: 0 });
  graph.output('error_map', ['N', rows, cols]);
  return graph.toBytes();
};

/** Element types of ONNX's Cast. */
const float = 1;
const uint8 = 2;

const addDenoised = (graph: OnnxGraph, y: string): void => {
  const clipped = graph.op('Clip', [graph.op('Mul', [y, graph.scalar(255)]), graph.scalar(0), graph.scalar(255)]);
  graph.opAs('denoised', 'Cast', [graph.op('Round', [clipped])], { to: uint8 });
};
