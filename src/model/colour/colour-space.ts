import { chromaWeights, lumaWeights } from '../../core/luma.ts';
import type { OnnxGraph } from '../onnx/graph.ts';

/** BT.601 at full range, as in JPEG (ITU-T T.871): Y, Cb, Cr from R, G, B and back. Chroma is centred at 0. */
const yccFromRgb = [...lumaWeights, ...chromaWeights.cb, ...chromaWeights.cr];
const rgbFromYcc = [1, 0, 1.402, 1, -0.344136, -0.714136, 1, 1.772, 0];

/** Chroma in the unit of the model: 32 gray levels are 1. */
export const chromaUnit = 32 / 255;

/** Keeps the brightness of a picture without content finite: the square of a quarter of a gray level. */
const leastVariance = 1e-6;

const mixed = (graph: OnnxGraph, planes: string, kernel: readonly number[]): string =>
  graph.op('Conv', [planes, graph.initializer(Float32Array.from(kernel), [3, 3, 1, 1])]);

const planesOf = (graph: OnnxGraph, ycc: string, first: number, end: number): string =>
  graph.op('Slice', [ycc, graph.ints([first]), graph.ints([end]), graph.ints([1])]);

/** Brightness [N, 1, H, W], 0..1, and chroma at half size [N, 2, H/2, W/2] in the model's unit, of R, G, B [N, 3, H, W], 0..1. */
export const lumaAndChroma = (graph: OnnxGraph, rgb: string): { readonly luma: string; readonly chroma: string } => {
  const ycc = mixed(graph, rgb, yccFromRgb);
  const half = graph.op('AveragePool', [planesOf(graph, ycc, 1, 3)], { kernel_shape: [2, 2], strides: [2, 2] });
  return { luma: planesOf(graph, ycc, 0, 1), chroma: graph.op('Div', [half, graph.scalar(chromaUnit)]) };
};

/** The other way: R, G, B [N, 3, H, W], 0..1 and beyond where no such colour exists. */
export const rgbOf = (graph: OnnxGraph, luma: string, chroma: string): string => {
  const scales = graph.initializer(Float32Array.of(1, 1, 2, 2), [4]);
  const full = graph.op('Resize', [chroma, '', scales], { mode: 'linear' });
  const ycc = graph.op('Concat', [luma, graph.op('Mul', [full, graph.scalar(chromaUnit)])], { axis: 1 });
  return mixed(graph, ycc, rgbFromYcc);
};

/** Brightness with mean 0 and deviation 1 in each picture: infrared light is not daylight. */
export const standardised = (graph: OnnxGraph, luma: string): string => {
  const mean = (value: string): string => graph.op('ReduceMean', [value], { axes: [1, 2, 3], keepdims: 1 });
  const centred = graph.op('Sub', [luma, mean(luma)]);
  const variance = graph.op('Add', [mean(graph.op('Mul', [centred, centred])), graph.scalar(leastVariance)]);
  return graph.op('Div', [centred, graph.op('Sqrt', [variance])]);
};

/** The background's chroma, 2 x H/2 x W/2 gray levels, in the model's unit, [1, 2, H/2, W/2]. */
export const chromaBackground = (graph: OnnxGraph, levels: Float32Array, [rows, cols]: readonly number[]): string =>
  graph.initializer(
    levels.map((level) => level / (255 * chromaUnit)),
    [1, 2, rows!, cols!],
  );

/** Mean of |Cb| + |Cr| over each picture in gray levels, [N]: 0 for a gray one. */
export const chromaLevels = (graph: OnnxGraph, chroma: string): string => {
  const mean = graph.op('ReduceMean', [graph.op('Abs', [chroma])], { axes: [1, 2, 3], keepdims: 0 });
  return graph.op('Mul', [mean, graph.scalar(2 * 255 * chromaUnit)]);
};
