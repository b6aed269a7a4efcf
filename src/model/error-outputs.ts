import type { PictureShape } from './layers-model.ts';
import { channelsLast } from './onnx-layers.ts';
import type { OnnxGraph } from './onnx/graph.ts';

/** Height and width of an error map's cells, in pixels. */
export const errorMapCell = 8;

/** Element type of ONNX's Cast. */
const uint8 = 2;

/** Adds the picture `y`, [N, C, H, W], 0..1, as an output of bytes [N, H, W, C]. */
export const byteOutput = (graph: OnnxGraph, name: string, y: string, shape: PictureShape): void => {
  // ONNX Runtime multiplies value by value, ten times slower, where the last side is 1: scaled before the axes move.
  const levels = graph.op('Mul', [y, graph.scalar(255)]);
  const clipped = graph.op('Clip', [levels, graph.scalar(0), graph.scalar(255)]);
  graph.opAs(name, 'Cast', [channelsLast(graph, graph.op('Round', [clipped]), shape)], { to: uint8 });
  graph.output(name, ['N', ...shape], 'uint8');
};

/**
 * Adds what a model whose score is its error gives: `denoised`, its output `y` as bytes [N, H, W, C]; `mse` float32 [N],
 * the mean squared error against `x` in units of 0..1; and `error_map` float32 [N, rows, cols], the same a cell, of the
 * part of it that lies in the picture. `x` and `y` are [N, C, H, W], 0..1.
 */
export const addErrorOutputs = (
  graph: OnnxGraph,
  y: string,
  x: string,
  shape: PictureShape,
  cellSize = errorMapCell,
): void => {
  const [height, width] = shape;
  byteOutput(graph, 'denoised', y, shape);

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
};
