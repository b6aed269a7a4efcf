import { sizeOf } from '../../core/tensor.ts';
import { motionQuantiles } from '../architectures/motion.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import type { Loss, Objective } from '../training/objective.ts';
import { luma } from './luma.ts';
import { blockSize } from './block-statistics.ts';
import { motionMap, netInput } from './foreground.ts';
import { photometricFit } from './photometric-fit.ts';

/** Makes the loss of the size that the learning rates of autoencoders suit. */
const lossScale = 10;

/**
 * Trains the motion net: from the foreground of the second frame of a pair to the quantiles of the change between both.
 * Inputs: `frames` uint8 [N, 2, H, W, C], neighbours in time, and `background` float32 [N, H, W] of their scene, in gray
 * levels. The loss is the pinball loss (Koenker & Bassett 1978, Regression Quantiles, Econometrica 46).
 */
export const motionObjective =
  (channels: number): Objective =>
  (graph, { batch, layers }) => {
    const [halfHeight = 0, halfWidth = 0] = layers.input.outputShape;
    const [height, width] = [2 * halfHeight, 2 * halfWidth];
    const grid = { rows: height / blockSize, cols: width / blockSize };
    const frames = graph.input('frames', [batch, 2, height, width, channels], 'uint8');
    const plane = graph.ints([batch, 1, height, width]);
    const background = graph.op('Reshape', [graph.input('background', [batch, height, width]), plane]);
    const corrected = [0, 1].map((at) => {
      const bytes = graph.op('Slice', [frames, graph.ints([at]), graph.ints([at + 1]), graph.ints([1])]);
      const frame = luma(graph, graph.op('Reshape', [bytes, graph.ints([batch, height, width, channels])]), {
        height,
        width,
        channels,
      });
      return photometricFit(graph, frame, background, grid).corrected;
    });
    const change = motionMap(graph, corrected[1]!, corrected[0]!, grid);
    const shape = [batch, motionQuantiles.length, grid.rows, grid.cols];
    return {
      x: netInput(graph, graph.op('Sub', [corrected[1]!, background])),
      loss: (y) => pinball(graph, y, change, shape),
    };
  };

/** `y` is [N, quantiles, rows, cols], `target` [N, 1, rows, cols]. */
const pinball = (graph: OnnxGraph, y: string, target: string, shape: readonly number[]): Loss => {
  const quantiles = graph.initializer(Float32Array.from(motionQuantiles), [1, motionQuantiles.length, 1, 1]);
  const above = graph.op('Sub', [target, y]);
  const isBelow = toFloat32(graph, graph.op('Less', [above, graph.scalar(0)]));
  // max(q * above, (q - 1) * above), and its derivative by y.
  const slope = graph.op('Sub', [isBelow, quantiles]);
  const loss = graph.op('Neg', [graph.op('Mul', [slope, above])]);
  return {
    output: graph.op('Mul', [graph.op('ReduceMean', [loss], { keepdims: 0 }), graph.scalar(lossScale)]),
    gradient: () => graph.op('Mul', [slope, graph.scalar(lossScale / sizeOf(shape))]),
  };
};
