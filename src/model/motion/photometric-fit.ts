import type { OnnxGraph } from '../onnx/graph.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import { beside, blockMeans, blockSize, boxMean, flat, median } from './block-statistics.ts';
import type { BlockGrid } from './block-statistics.ts';

/** Refits of the robust line, and the residual (in robust standard deviations) beyond which a block is left out. */
const refits = 4;
const outlier = 2.5;
/** Added to the robust standard deviation: gray levels, so that noiseless pictures keep their blocks. */
const leastDeviation = 0.5;
/** Keeps the gain near 1 where the background has no contrast to measure it on: gray levels squared. */
const gainPrior = 1;
const gains = { least: 0.3, most: 3 };

/** Blocks across a window of the local fit, and how far (share of the background) shading may be off to be fitted. */
const windowBlocks = 13;
const shadingRange = 0.2;
/** Weight of a local gain of 1 against the window's blocks: gray levels squared. */
const shadingPrior = 200;

/** Blocks across which structure is compared, the least correlation, and the least variance (gray levels squared). */
const structureBlocks = 3;
const leastCorrelation = 0.8;
const leastStructure = 9;
const structureGains = { least: 0.35, most: 3 };

/** Names of values in the graph. */
interface Light {
  readonly corrected: string;
  readonly gain: string;
  readonly offset: string;
}

/**
 * Brings a frame to the light of the background: `frame`, `background` and `corrected` are [N, 1, H, W] in gray levels, and
 * frame = gain * corrected + offset, with a `gain` for each pixel and an `offset` [N, 1, 1, 1]. First one gain and offset
 * for the whole picture, by iteratively reweighted least squares on block means with a hard cut at 2.5 robust standard
 * deviations (1.4826 * median absolute residual; Huber & Ronchetti, Robust Statistics, 2009), started from the ratio of the
 * median absolute deviations. Then a gain that varies over windows of 13 x 13 blocks (least squares through the origin,
 * drawn towards 1), for light that falls on a part of the scene. A block has a say in it when it is within 20 % of the
 * background, or when its structure is the background's (`structureKept`): a lamp may halve it. All else is a thing, not light.
 */
export const photometricFit = (graph: OnnxGraph, frame: string, background: string, grid: BlockGrid): Light => {
  const count = grid.rows * grid.cols;
  const op = (type: string, ...inputs: string[]): string => graph.op(type, inputs);
  const number = (value: number): string => graph.scalar(value);
  const mean = (value: string): string => graph.op('ReduceMean', [value], { axes: [1], keepdims: 1 });
  const absoluteMedian = (value: string): string => median(graph, op('Abs', value), count);

  const y = flat(graph, blockMeans(graph, frame), grid);
  const b = flat(graph, blockMeans(graph, background), grid);
  const [middleY, middleB] = [median(graph, y, count), median(graph, b, count)];
  const spread = (values: string, middle: string): string =>
    op('Add', absoluteMedian(op('Sub', values, middle)), number(leastDeviation));
  let gain = op('Clip', op('Div', spread(y, middleY), spread(b, middleB)), number(gains.least), number(gains.most));
  let offset = op('Sub', middleY, op('Mul', gain, middleB));
  for (let refit = 0; refit < refits; refit++) {
    const residual = op('Sub', y, op('Add', op('Mul', gain, b), offset));
    const deviation = op('Add', op('Mul', absoluteMedian(residual), number(1.4826)), number(leastDeviation));
    const isInlier = op('Less', op('Abs', residual), op('Mul', deviation, number(outlier)));
    const weight = toFloat32(graph, isInlier);
    const share = op('Max', mean(weight), number(1e-6));
    const weighted = (value: string): string => op('Div', mean(op('Mul', weight, value)), share);
    const [meanY, meanB] = [weighted(y), weighted(b)];
    const centredB = op('Sub', b, meanB);
    const covariance = weighted(op('Mul', centredB, op('Sub', y, meanY)));
    const variance = weighted(op('Mul', centredB, centredB));
    const slope = op('Div', op('Add', covariance, number(gainPrior)), op('Add', variance, number(gainPrior)));
    gain = op('Clip', slope, number(gains.least), number(gains.most));
    offset = op('Sub', meanY, op('Mul', gain, meanB));
  }
  const map = (value: string): string => graph.op('Reshape', [value, graph.ints([-1, 1, grid.rows, grid.cols])]);
  const inLight = op('Div', op('Sub', frame, beside(graph, offset)), beside(graph, gain));
  const level = blockMeans(graph, inLight);
  const shading = localGain(graph, { level, background: map(b) }, structureKept(graph, inLight, background));
  const size = [1, 1, blockSize, blockSize];
  const scales = graph.initializer(Float32Array.from(size), [size.length]);
  const shadingOfPixels = graph.op('Resize', [shading, '', scales], { mode: 'linear' });
  const light = { gain: op('Mul', shadingOfPixels, beside(graph, gain)), offset: beside(graph, offset) };
  return { ...light, corrected: op('Div', inLight, shadingOfPixels) };
};

/**
 * 1 where a block shows what the background shows, however bright, else 0: [N, 1, H, W] to [N, 1, rows, cols]. That is where
 * frame and background correlate over 3 x 3 blocks (Jacques, Jung & Musse 2005, Background Subtraction and Shadow Detection
 * in Grayscale Video Sequences), and the gain between both is one that a lamp or a shadow makes.
 */
const structureKept = (graph: OnnxGraph, frame: string, background: string): string => {
  const op = (type: string, ...inputs: string[]): string => graph.op(type, inputs);
  const around = (picture: string): string => boxMean(graph, blockMeans(graph, picture), structureBlocks);
  const [meanF, meanB] = [around(frame), around(background)];
  const central = (first: string, second: string, means: readonly [string, string]): string =>
    op('Sub', around(op('Mul', first, second)), op('Mul', ...means));
  const covariance = central(frame, background, [meanF, meanB]);
  const varianceB = central(background, background, [meanB, meanB]);
  const varianceF = central(frame, frame, [meanF, meanF]);
  // Where nothing varies, what is left of the subtractions is rounding.
  const atLeastNoise = (variance: string): string => op('Max', variance, graph.scalar(1));
  const deviations = op('Sqrt', op('Mul', atLeastNoise(varianceF), atLeastNoise(varianceB)));
  const conditions = [
    op('Greater', covariance, op('Mul', deviations, graph.scalar(leastCorrelation))),
    op('Greater', varianceB, graph.scalar(leastStructure)),
    op('Greater', meanF, op('Mul', meanB, graph.scalar(structureGains.least))),
    op('Less', meanF, op('Mul', meanB, graph.scalar(structureGains.most))),
  ];
  return toFloat32(
    graph,
    conditions.reduce((all, each) => op('And', all, each)),
  );
};

/** The gain of `level` against `background` around each block, both [N, 1, rows, cols]. */
const localGain = (
  graph: OnnxGraph,
  { level, background }: { readonly level: string; readonly background: string },
  isKept: string,
): string => {
  const op = (type: string, ...inputs: string[]): string => graph.op(type, inputs);
  const tolerance = op('Add', op('Mul', background, graph.scalar(shadingRange)), graph.scalar(2));
  const isLight = toFloat32(graph, op('Less', op('Abs', op('Sub', level, background)), tolerance));
  const weighted = op('Mul', op('Max', isLight, isKept), background);
  const prior = graph.scalar(shadingPrior);
  const sum = (value: string): string => op('Add', boxMean(graph, op('Mul', weighted, value), windowBlocks), prior);
  return op('Div', sum(level), sum(background));
};
