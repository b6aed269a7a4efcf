import type { OnnxGraph } from '../onnx/graph.ts';
import { beside, blockMeans, boxMean, flat, median } from './block-statistics.ts';
import type { BlockGrid } from './block-statistics.ts';

/** Gray levels that are 1.0 in the net's input, and in the motion map. */
const foregroundUnit = 64;
export const motionUnit = 16;

/** The net's input: `corrected` minus `background`, [N, 1, H, W] to [N, 4, H/2, W/2]. */
export const netInput = (graph: OnnxGraph, foreground: string): string =>
  graph.op('SpaceToDepth', [graph.op('Div', [foreground, graph.scalar(foregroundUnit)])], { blocksize: 2 });

/**
 * The temporal change of each block in units of 16 gray levels, [N, 1, rows, cols]: the mean absolute difference of two
 * corrected frames, less the median block's: most of the scene stands still, so that is the noise.
 */
export const motionMap = (graph: OnnxGraph, corrected: string, previous: string, grid: BlockGrid): string => {
  const difference = graph.op('Abs', [graph.op('Sub', [corrected, previous])]);
  return graph.op('Div', [aboveMedian(graph, blockMeans(graph, difference), grid), graph.scalar(motionUnit)]);
};

/**
 * The mean energy of the spatial gradient of each block, gray levels squared: [N, 1, H, W] to [N, 1, rows, cols]. The
 * picture is smoothed by the binomial 5 x 5 filter first.
 */
export const gradientEnergy = (graph: OnnxGraph, picture: string): string => {
  const filtered = (value: string, kernel: readonly number[], [height, width]: readonly [number, number]): string => {
    const [top, left] = [(height - 1) / 2, (width - 1) / 2];
    const padded = graph.op('Pad', [value, graph.ints([0, 0, top, left, 0, 0, top, left])], { mode: 'edge' });
    return graph.op('Conv', [padded, graph.initializer(Float32Array.from(kernel), [1, 1, height, width])]);
  };
  const binomial = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
  const smooth = filtered(filtered(picture, binomial, [5, 1]), binomial, [1, 5]);
  const slopes = [filtered(smooth, [-0.5, 0, 0.5], [1, 3]), filtered(smooth, [-0.5, 0, 0.5], [3, 1])];
  const energies = slopes.map((slope) => graph.op('Mul', [slope, slope]));
  return blockMeans(graph, graph.op('Add', energies));
};

/** What a map has more than its median block, [N, 1, rows, cols]; never below 0. */
export const aboveMedian = (graph: OnnxGraph, map: string, grid: BlockGrid): string => {
  const middle = beside(graph, median(graph, flat(graph, map, grid), grid.rows * grid.cols));
  return graph.op('Relu', [graph.op('Sub', [map, middle])]);
};

/** Below this gradient (gray levels a pixel) a block has no contrast to speak of. */
const leastContrast = 3;

/**
 * A change in gray levels over the local contrast, [N, 1, rows, cols]: for a moving edge that is its speed in pixels a
 * frame, however dark or bright it is.
 */
export const contrastNormalised = (graph: OnnxGraph, change: string, energy: string): string => {
  const contrast = graph.op('Add', [boxMean(graph, energy, 3), graph.scalar(leastContrast ** 2)]);
  return graph.op('Div', [boxMean(graph, change, 3), graph.op('Sqrt', [contrast])]);
};
