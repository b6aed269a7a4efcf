import { ModelError } from '../../core/errors.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { PictureShape } from '../layers-model.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { LayerGraph } from '../shapes.ts';

const float32 = 1;

/** The shape of an autoencoder's pictures. Throws ModelError 'mismatch' unless its input and output are alike. */
export const pictureShape = ({ input, output }: LayerGraph): PictureShape => {
  const [height, width, channels, ...more] = input.outputShape;
  const isPicture = height !== undefined && width !== undefined && channels !== undefined && more.length === 0;
  if (isPicture && output.outputShape.join() === input.outputShape.join()) return [height, width, channels];
  throw new ModelError(
    'mismatch',
    `Expected an autoencoder, whose input and output are pictures of one shape, found [${input.outputShape.join()}] and [${output.outputShape.join()}]`,
  );
};

/** Declares the input `frames`, uint8 [N, H, W, C]; returns it as float32 [N, C, H, W], 0..1. */
export const framesInput = (graph: OnnxGraph, [height, width, channels]: PictureShape, batch: number): string => {
  const frames = graph.input('frames', [batch, height, width, channels], 'uint8');
  const planes =
    channels === 1
      ? graph.op('Reshape', [frames, graph.ints([batch, 1, height, width])])
      : graph.op('Transpose', [frames], { perm: [0, 3, 1, 2] });
  return graph.op('Mul', [graph.op('Cast', [planes], { to: float32 }), graph.scalar(1 / 255)]);
};

/** The mean of (y - target)^2 over all values of [N, C, H, W], and how to write its gradient with respect to y. */
export const meanSquaredError = (
  graph: OnnxGraph,
  y: string,
  target: string,
  shape: readonly number[],
): { readonly output: string; readonly gradient: () => string } => {
  const difference = graph.op('Sub', [y, target]);
  const squared = graph.op('Mul', [difference, difference]);
  return {
    output: graph.op('ReduceMean', [squared], { keepdims: 0 }),
    gradient: () => graph.op('Mul', [difference, graph.scalar(2 / sizeOf(shape))]),
  };
};
