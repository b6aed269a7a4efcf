import { chromaWeights, lumaWeights } from '../../core/luma.ts';
import type { OnnxGraph } from '../onnx/graph.ts';

/** BT.601 at full range, as in JPEG (ITU-T T.871): Cb, Cr from R, G, B. Chroma is centred at 0. */
const chromaFromRgb = [...chromaWeights.cb, ...chromaWeights.cr];

/** Chroma in the unit of the model: 32 gray levels are 1. */
export const chromaUnit = 32 / 255;

/** Keeps the brightness of a picture without content finite: the square of a quarter of a gray level. */
const leastVariance = 1e-6;

/** Brightness [N, 1, H, W], 0..1, and chroma at half size [N, 2, H/2, W/2] in the model's unit, of R, G, B [N, 3, H, W], 0..1. */
export const lumaAndChroma = (graph: OnnxGraph, rgb: string): { readonly luma: string; readonly chroma: string } => {
  // At full size sums are faster than a convolution, which ONNX Runtime computes for sixteen channels at least.
  const weights = graph.initializer(Float32Array.from(lumaWeights), [1, 3, 1, 1]);
  const luma = graph.op('ReduceSum', [graph.op('Mul', [rgb, weights]), graph.ints([1])], { keepdims: 1 });
  const half = graph.op('AveragePool', [rgb], { kernel_shape: [2, 2], strides: [2, 2] });
  const kernel = Float32Array.from(chromaFromRgb, (weight) => weight / chromaUnit);
  return { luma, chroma: graph.op('Conv', [half, graph.initializer(kernel, [2, 3, 1, 1])]) };
};

/** The other way (BT.601 again): R, G, B [N, 3, H, W], 0..1 and beyond where no such colour exists. */
export const rgbOf = (graph: OnnxGraph, luma: string, chroma: string): string => {
  const [cb, cr] = graph.ops('Split', [chroma, graph.ints([1, 1])], { axis: 1 }, 2) as [string, string];
  const times = (value: string, weight: number): string => graph.op('Mul', [value, graph.scalar(weight * chromaUnit)]);
  const green = graph.op('Add', [times(cb, -0.344136), times(cr, -0.714136)]);
  const half = graph.op('Concat', [times(cr, 1.402), green, times(cb, 1.772)], { axis: 1 });
  const scales = graph.initializer(Float32Array.of(1, 1, 2, 2), [4]);
  return graph.op('Add', [luma, graph.op('Resize', [half, '', scales], { mode: 'linear' })]);
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
