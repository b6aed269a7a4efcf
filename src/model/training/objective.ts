import { ModelError } from '../../core/errors.ts';
import { sizeOf } from '../../core/tensor.ts';
import type { Topology } from '../layers-model.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { layerGraph } from '../shapes.ts';
import type { LayerGraph } from '../shapes.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import { parameterLayout } from './parameters.ts';
import type { ParameterSlot } from './parameters.ts';
import type { Tape, Value } from './tape.ts';

/** A scalar to be made small, and how to write its gradient with respect to the model's output. */
export interface Loss {
  readonly output: string;
  readonly gradient: () => string;
}

/**
 * What a model is trained for: declares the graph's inputs (other than the parameters), and gives the model's clean
 * input `x` (pictures [N, C, H, W]) and the loss of its output. Throws ModelError 'mismatch' when the model does not fit.
 */
export type Objective = (
  graph: OnnxGraph,
  context: { readonly batch: number; readonly layers: LayerGraph; readonly name: string },
) => { readonly x: string; readonly loss: (y: string) => Loss };

/**
 * An objective that applies the model several times, each time to what it gave before: `unroll` declares the graph's
 * inputs (other than the parameters), writes the whole and gives the loss, a scalar.
 */
export interface Unrolled {
  unroll(tape: Tape, context: UnrolledContext): Value;
}

interface UnrolledContext {
  readonly batch: number;
  readonly layers: LayerGraph;
  /** The model, from a value [N, C, H, W] to one. */
  readonly net: (x: Value) => Value;
}

/** A model ready to be trained: its layers, and where each weight lies in the flat vector of `parameters` values. */
export interface Trainable {
  readonly layers: LayerGraph;
  readonly layout: readonly ParameterSlot[];
  readonly parameters: number;
}

/** Throws ModelError 'unsupported' for a layer that cannot be computed or a model without weights. */
export const trainable = (topology: Topology): Trainable => {
  const layers = layerGraph(topology);
  const layout = parameterLayout(layers.nodes);
  if (!layout.some((slot) => slot.trainable))
    throw new ModelError('unsupported', `Model '${topology.config.name}': expected weights to train, found none`);
  return { layers, layout, parameters: layout.reduce((sum, { size }) => sum + size, 0) };
};

/** Autoencoding: the input `frames`, uint8 [N, H, W, C], is to come out as it went in; mean squared error. */
export const reconstruction: Objective = (graph, { batch, layers, name }) => {
  const shape = [batch, ...autoencoderShape(layers, name)] as const;
  const frames = pictures(graph, graph.input('frames', shape, 'uint8'), shape);
  return { x: frames, loss: (y) => meanSquaredError(graph, y, frames, shape) };
};

/** Height, width and channels of what goes in and comes out. */
const autoencoderShape = ({ input, output }: LayerGraph, name: string): readonly [number, number, number] => {
  const [height, width, channels, ...more] = input.outputShape;
  const isPicture = height !== undefined && width !== undefined && channels !== undefined && more.length === 0;
  if (!isPicture || output.outputShape.join() !== input.outputShape.join())
    throw new ModelError(
      'mismatch',
      `Model '${name}': expected input and output to be pictures of one shape, found [${input.outputShape.join(', ')}] and [${output.outputShape.join(', ')}]`,
    );
  return [height, width, channels];
};

/**
 * Autoencoding of clips: `frames` uint8 [N, steps, H, W, C] are to come out as they went in. In the graph a sequence lies
 * as a batch of N * steps pictures.
 */
export const clipReconstruction: Objective = (graph, { batch, layers: { input } }) => {
  const [steps = 0, height = 0, width = 0, channels = 0] = input.outputShape;
  const shape = [batch * steps, height, width, channels] as const;
  const clips = graph.input('frames', [batch, steps, height, width, channels], 'uint8');
  const frames = pictures(graph, graph.op('Reshape', [clips, graph.ints(shape)]), shape);
  return { x: frames, loss: (y) => meanSquaredError(graph, y, frames, shape) };
};

/** Prediction: of `frames` uint8 [N, k + 1, H, W, C] the first k, stacked as channels, are to give the last. */
export const prediction: Objective = (graph, { batch, layers: { input, output } }) => {
  const [height = 0, width = 0, stacked = 0] = input.outputShape;
  const channels = output.outputShape[2] ?? 0;
  const known = stacked / channels;
  const clips = graph.input('frames', [batch, known + 1, height, width, channels], 'uint8');
  const all = [batch * (known + 1), height, width, channels] as const;
  const planes = graph.op('Reshape', [
    pictures(graph, graph.op('Reshape', [clips, graph.ints(all)]), all),
    graph.ints([batch, stacked + channels, height, width]),
  ]);
  const cut = (from: number, to: number): string =>
    graph.op('Slice', [planes, graph.ints([from]), graph.ints([to]), graph.ints([1])]);
  const next = cut(stacked, stacked + channels);
  return { x: cut(0, stacked), loss: (y) => meanSquaredError(graph, y, next, [batch, channels, height, width]) };
};

/** Bytes [N, H, W, C] as float32 [N, C, H, W], 0..1. */
export const pictures = (
  graph: OnnxGraph,
  frames: string,
  [batch, height, width, channels]: readonly [number, number, number, number],
): string => {
  const planes =
    channels === 1
      ? graph.op('Reshape', [frames, graph.ints([batch, 1, height, width])])
      : graph.op('Transpose', [frames], { perm: [0, 3, 1, 2] });
  return graph.op('Mul', [toFloat32(graph, planes), graph.scalar(1 / 255)]);
};

type LossOf = (graph: OnnxGraph, y: string, target: string, shape: readonly number[]) => Loss;

/** The mean of (y - target)^2 over all values; `shape` is that of both, in any order of axes. */
const meanSquaredError: LossOf = (graph, y, target, shape) => {
  const difference = graph.op('Sub', [y, target]);
  const squared = graph.op('Mul', [difference, difference]);
  return {
    output: graph.op('ReduceMean', [squared], { keepdims: 0 }),
    gradient: () => graph.op('Mul', [difference, graph.scalar(2 / sizeOf(shape))]),
  };
};

/**
 * The mean over all values of Huber's loss of y - target (Robust Estimation of a Location Parameter, 1964), twice the
 * usual: squared up to `delta`, growing along the tangent beyond, so that the far away has no more say than what is
 * `delta` off.
 */
export const huber =
  (delta: number): LossOf =>
  (graph, y, target, shape) => {
    const difference = graph.op('Sub', [y, target]);
    const cut = graph.op('Clip', [difference, graph.scalar(-delta), graph.scalar(delta)]);
    const twiceLessCut = graph.op('Sub', [graph.op('Add', [difference, difference]), cut]);
    return {
      output: graph.op('ReduceMean', [graph.op('Mul', [cut, twiceLessCut])], { keepdims: 0 }),
      gradient: () => graph.op('Mul', [cut, graph.scalar(2 / sizeOf(shape))]),
    };
  };

/** Outputs this near to 0 and 1 count as so far away: the logarithm stays finite. */
const leastProbability = 1e-5;

/** The mean of -(target log y + (1 - target) log(1 - y)) over all values; its gradient is (y - target) / (y (1 - y)) / size. */
const binaryCrossEntropy: LossOf = (graph, y, target, shape) => {
  const one = graph.scalar(1);
  const p = graph.op('Clip', [y, graph.scalar(leastProbability), graph.scalar(1 - leastProbability)]);
  const q = graph.op('Sub', [one, p]);
  const logLikelihood = graph.op('Add', [
    graph.op('Mul', [target, graph.op('Log', [p])]),
    graph.op('Mul', [graph.op('Sub', [one, target]), graph.op('Log', [q])]),
  ]);
  return {
    output: graph.op('Neg', [graph.op('ReduceMean', [logLikelihood], { keepdims: 0 })]),
    gradient: () =>
      graph.op('Mul', [
        graph.op('Div', [graph.op('Sub', [p, target]), graph.op('Mul', [p, q])]),
        graph.scalar(1 / sizeOf(shape)),
      ]),
  };
};

/** `frames`, disturbed or not, are to come out as `target`; both uint8 [N, H, W, C]. */
const restorationBy =
  (lossOf: LossOf): Objective =>
  (graph, { batch, layers, name }) => {
    const shape = [batch, ...autoencoderShape(layers, name)] as const;
    const x = pictures(graph, graph.input('frames', shape, 'uint8'), shape);
    const target = pictures(graph, graph.input('target', shape, 'uint8'), shape);
    return { x, loss: (y) => lossOf(graph, y, target, shape) };
  };

/** Restoration by mean squared error. */
export const restoration: Objective = restorationBy(meanSquaredError);

/**
 * Restoration by binary cross-entropy, for a model that ends in a sigmoid and pictures that are mostly black: by the
 * squared error it would give black for everything and stay there, as the gradient vanishes where the sigmoid is flat.
 */
export const crossEntropyRestoration: Objective = restorationBy(binaryCrossEntropy);
