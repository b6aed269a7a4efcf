import { denoiserBlock, denoiserHeads } from '../architectures/denoiser.ts';
import { lumaAndChroma, rgbOf } from '../colour/colour-space.ts';
import { byteOutput } from '../error-outputs.ts';
import { framesInput } from '../frames-input.ts';
import { addLayers } from '../layers-graph.ts';
import type { LayersModel, PictureShape } from '../layers-model.ts';
import type { StateSpec } from '../onnx-conv-lstm.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { layerGraph } from '../shapes.ts';
import { Tape } from '../training/tape.ts';
import type { Value } from '../training/tape.ts';
import { denoiserStep, noiseMap, unseen } from './denoiser-step.ts';
import { observedNet, quantizedNet } from './quantized-net.ts';

/** Side of the cells in which the noise is measured, in pixels. */
const noiseCell = 4;
/** Cells whose average was begun anew further than this say nothing of the noise. */
const mostReset = 0.3;
/** An average of less than a frame has no variance yet. */
const leastSeen = 1.5;

/** What the denoiser carries from frame to frame, and what each value is before the first one. */
export const denoiserStates = ([height, width, channels]: PictureShape): (StateSpec & { readonly value: number })[] => [
  { name: 'average', shape: [height, width], value: 0 },
  { name: 'variance', shape: [height, width], value: unseen },
  { name: 'denoised_luma', shape: [height, width], value: 0 },
  ...(channels === 3 ? [{ name: 'chroma', shape: [2, height / 2, width / 2], value: 0 }] : []),
];

interface DenoiserVariant {
  /** The largest magnitude that each layer gives: with it the net is computed in bytes. */
  readonly activations?: readonly number[] | undefined;
  /** Adds the output `largest` [layers], of which `activations` are the maxima over the frames of a calibration. */
  readonly observe?: boolean;
}

/**
 * The recurrent denoiser, live, as one ONNX graph for pictures of `shape`, both sides divisible by 8. Inputs, for each of N
 * frames: `frames` uint8 [N, H, W, C]; `noise` float32 [N, 2], a and b2 of `noiseMap` for the brightness; `strength` float32 [N],
 * 0 for the frame as it came to 1; and the state of `denoiserStates`, which comes out again as `next_NAME`.
 *
 * Outputs: `denoised` uint8 [N, H, W, C]; and to estimate the noise from, for each cell of 4x4 pixels, float32 [N, H/4,
 * W/4]: `cell_level`, its mean brightness, 0..1, and `cell_variance`, the mean of (frame - average)^2 / (1 + variance),
 * which is that of the noise where nothing changed; -1 where nothing was seen before or the net sees a change.
 *
 * Colour is averaged with the gain that the net finds for the brightness: noise in it is coarse and the eye is not
 * exact.
 */
export const denoiserGraph = (
  model: LayersModel,
  shape: PictureShape,
  { activations, observe = false }: DenoiserVariant = {},
): Uint8Array => {
  const [height, width, channels] = shape;
  const graph = new OnnxGraph('denoiser');
  const tape = new Tape(graph);
  const number = (value: string): string => graph.op('Reshape', [value, graph.ints([-1, 1, 1, 1])]);
  const picture = (name: string): string =>
    graph.op('Unsqueeze', [graph.input(name, ['N', height, width]), graph.ints([1])]);
  const frames = framesInput(graph, shape);
  const seen = channels === 3 ? lumaAndChroma(graph, frames) : undefined;
  const x = tape.given(seen?.luma ?? frames);
  const [a, b2] = graph
    .ops('Split', [graph.input('noise', ['N', 2]), graph.ints([1, 1])], { axis: 1 }, 2)
    .map((part) => tape.given(number(part)));
  const strength = number(graph.input('strength', ['N']));
  const given = { average: picture('average'), variance: picture('variance'), denoised: picture('denoised_luma') };
  // What was never seen is as the frame is.
  const isNew = graph.op('Greater', [given.variance, graph.scalar(leastSeen)]);
  const orFrame = (name: string): Value => tape.given(graph.op('Where', [isNew, x.name, name]));
  const state = {
    average: orFrame(given.average),
    variance: tape.given(given.variance),
    denoised: orFrame(given.denoised),
  };
  const block = denoiserBlock(layerGraph(model.topology).input.outputShape);
  const heads = (name: string): string => {
    if (activations) return quantizedNet(graph, model, name, activations);
    if (!observe) return addLayers(graph, model, name);
    const { y, largest } = observedNet(graph, model, name);
    graph.output(graph.opAs('largest', 'Identity', [largest]), ['layers']);
    return y;
  };
  const net = ({ name }: Value): Value => tape.given(heads(name), denoiserHeads * block ** 2);
  const next = denoiserStep(tape, { x, s: noiseMap(tape, x, a!, b2!), state, block, net });

  const publish = (name: string, value: string, dimensions: readonly number[]): void => {
    graph.output(graph.opAs(name, 'Reshape', [value, graph.ints([-1, ...dimensions])]), ['N', ...dimensions]);
  };
  const blend = (from: string, to: string): string =>
    graph.op('Add', [from, graph.op('Mul', [strength, graph.op('Sub', [to, from])])]);
  const luma = blend(x.name, next.denoised.name);
  if (seen) {
    const before = graph.input('chroma', ['N', 2, height / 2, width / 2]);
    const chroma = chromaStep(graph, { seen: seen.chroma, before, isNew, gain: next.gain.name });
    byteOutput(graph, 'denoised', rgbOf(graph, luma, blend(seen.chroma, chroma.smoothed)), shape);
    publish('next_chroma', chroma.average, [2, height / 2, width / 2]);
  } else byteOutput(graph, 'denoised', luma, shape);
  publish('next_average', next.average.name, [height, width]);
  publish('next_variance', next.variance.name, [height, width]);
  publish('next_denoised_luma', next.denoised.name, [height, width]);

  const cells = [height / noiseCell, width / noiseCell];
  const innovation = tape.sub(x, state.average);
  const variance = tape.div(tape.mul(innovation, innovation), tape.add(state.variance, tape.number(1)));
  const known = graph.op('Where', [isNew, graph.scalar(-1), variance.name]);
  publish('cell_level', tape.averagePool(x, noiseCell).name, cells);
  const hasChanged = graph.op('Greater', [tape.averagePool(next.reset, noiseCell).name, graph.scalar(mostReset)]);
  const ofStill = graph.op('Where', [
    hasChanged,
    graph.scalar(-1),
    tape.averagePool(tape.given(known), noiseCell).name,
  ]);
  publish('cell_variance', ofStill, cells);
  return graph.toBytes();
};

interface ChromaStep {
  /** Of the frame and of the average before it, [N, 2, H/2, W/2]. */
  readonly seen: string;
  readonly before: string;
  /** Of the brightness, [N, 1, H, W]. */
  readonly isNew: string;
  readonly gain: string;
}

/** The recursive average of the colour, and what is shown of it: smoothed as far as it is new. */
const chromaStep = (graph: OnnxGraph, { seen, before, isNew, gain }: ChromaStep) => {
  const half = graph.op('AveragePool', [gain], { kernel_shape: [2, 2], strides: [2, 2] });
  const wasSeen = graph.op('Slice', [
    isNew,
    graph.ints([0, 0]),
    graph.ints([2 ** 31, 2 ** 31]),
    graph.ints([2, 3]),
    graph.ints([2, 2]),
  ]);
  const from = graph.op('Where', [wasSeen, seen, before]);
  const average = graph.op('Add', [from, graph.op('Mul', [half, graph.op('Sub', [seen, from])])]);
  const window = { kernel_shape: [5, 5], strides: [1, 1], pads: [2, 2, 2, 2] };
  const smooth = graph.op('AveragePool', [graph.op('AveragePool', [average], window)], window);
  const smoothed = graph.op('Add', [average, graph.op('Mul', [half, graph.op('Sub', [smooth, average])])]);
  return { average, smoothed };
};
