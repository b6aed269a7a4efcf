import type { OnnxGraph } from '../onnx/graph.ts';

/** Height and width of the blocks that the motion model looks at, in pixels. */
export const blockSize = 4;

/** Rows and columns of blocks of a picture. */
export interface BlockGrid {
  readonly rows: number;
  readonly cols: number;
}

/** Means over blocks: [N, 1, H, W] to [N, 1, H/4, W/4]. */
export const blockMeans = (graph: OnnxGraph, picture: string): string =>
  graph.op('AveragePool', [picture], { kernel_shape: [blockSize, blockSize], strides: [blockSize, blockSize] });

/** One row a frame: [N, 1, rows, cols] to [N, rows * cols]. */
export const flat = (graph: OnnxGraph, map: string, { rows, cols }: BlockGrid): string =>
  graph.op('Reshape', [map, graph.ints([-1, rows * cols])]);

/** The (upper) median of each row: [N, count] to [N, 1]. */
export const median = (graph: OnnxGraph, values: string, count: number): string => {
  const half = graph.ops('TopK', [values, graph.ints([Math.ceil(count / 2)])], { axis: 1, largest: 1, sorted: 0 }, 2);
  return graph.op('ReduceMin', [half[0]!], { axes: [1], keepdims: 1 });
};

/** The mean of the highest `top` values of each row: [N, count] to [N]. */
export const meanOfTop = (graph: OnnxGraph, values: string, top: number): string => {
  const highest = graph.ops('TopK', [values, graph.ints([top])], { axis: 1, largest: 1, sorted: 0 }, 2);
  return graph.op('ReduceMean', [highest[0]!], { axes: [1], keepdims: 0 });
};

/** A number for each frame, [N, 1] or [N], as [N, 1, 1, 1] beside pictures. */
export const beside = (graph: OnnxGraph, value: string): string =>
  graph.op('Reshape', [value, graph.ints([-1, 1, 1, 1])]);

/** Mean over a square of `size` (odd) blocks or pixels; beyond the border the nearest one counts. [N, 1, H, W]. */
export const boxMean = (graph: OnnxGraph, map: string, size: number): string => {
  const pad = (size - 1) / 2;
  const padded = graph.op('Pad', [map, graph.ints([0, 0, pad, pad, 0, 0, pad, pad])], { mode: 'edge' });
  return graph.op('AveragePool', [padded], { kernel_shape: [size, size], strides: [1, 1] });
};
