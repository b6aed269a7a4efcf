import type { WeightSpec } from '../layer-weights.ts';
import { isPictures } from '../onnx-layers.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { Shape } from '../output-shape.ts';

/**
 * Where a layer is written: the graph, its input values and its weights. Pictures are [N, C, H, W], sequences of T
 * pictures [N * T, C, H, W], vectors [N, units].
 */
export interface LayerScope {
  readonly graph: OnnxGraph;
  /** N; for a layer in a TimeDistributed, N * T. */
  readonly batch: number;
  /** Whether Dropout, GaussianNoise and BatchNormalization behave as in training. */
  readonly training: boolean;
  readonly inputs: readonly string[];
  weight(role: WeightSpec['role']): string;
  /** A seed that no other random operator of the graph has. */
  seed(): number;
}

type Weights = Readonly<Partial<Record<WeightSpec['role'], string>>>;

interface Gradients {
  /** One per input, in order; each is written into the graph only when it is asked for. */
  readonly inputs: readonly (() => string)[];
  readonly weights?: Weights;
}

/** A layer written into a graph: its output, and how to write its gradient (reverse-mode differentiation). */
export interface Differentiable {
  readonly output: string;
  /** `gradient` is the loss's with respect to `output`, and has its shape. */
  backward(gradient: string): Gradients;
  /** New values of weights that follow no gradient: moving averages. */
  readonly updates?: Weights;
}

/** The input of a layer that has only one. */
export const onlyInput = ({ inputs }: LayerScope): string => inputs[0]!;

/** Height, width and channels of a layer's first input, a picture (checked when the shapes were inferred). */
export const inputPicture = ({ inputShapes }: { readonly inputShapes: readonly Shape[] }): [number, number, number] => {
  const [height, width, channels] = inputShapes[0]!;
  return [height!, width!, channels!];
};

/** Sums over all but the channels: pictures, sequences or [N, C] to [C]. */
export const channelSums = (graph: OnnxGraph, value: string, shape: Shape): string =>
  graph.op('ReduceSum', [value, graph.ints(isPictures(shape) ? [0, 2, 3] : [...shape.keys()])], { keepdims: 0 });
