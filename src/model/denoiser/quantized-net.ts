import { weightsByName, weightSpecs } from '../layer-weights.ts';
import type { LayersModel, Weight } from '../layers-model.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { addLayer } from '../onnx-layers.ts';
import { layerGraph } from '../shapes.ts';
import type { LayerNode } from '../shapes.ts';
import { transpose } from '../transpose.ts';

/** What the first layer sees lies between -2 and 4: see `denoiserStep`. */
const inputScale = 6 / 255;
const inputZero = 85;
/** Magnitudes of the heads beyond which they say no more: of reset (before its sigmoid), residual and smoothing. */
const headRanges = [8, 4, 8];

/**
 * Adds the net of a denoiser with bytes for its values (QDQ: each value is rounded to eight bits and back, which ONNX
 * Runtime turns into integer convolutions;
 * https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Weights are signed bytes with a scale
 * for each filter. `largest` is the largest magnitude that each layer gave in calibration. What the first layer sees
 * has too many ranges for one scale, and it is computed in full.
 */
export const quantizedNet = (graph: OnnxGraph, model: LayersModel, x: string, largest: readonly number[]): string => {
  const { nodes } = layerGraph(model.topology);
  const weights = weightsByName(nodes.flatMap(weightSpecs), model.weights);
  const layers = nodes.slice(1) as LayerNode<'Conv2D'>[];
  let value = x;
  for (const [at, layer] of layers.entries()) {
    const bytes =
      at === 0 ? rounded(graph, value, inputScale, inputZero) : rounded(graph, value, largest[at - 1]! / 255, 0);
    const kernel = roundedKernel(weights, layer.name);
    value =
      layer === layers.at(-1) ? heads(graph, bytes, kernel) : graph.op('Relu', [convolution(graph, bytes, kernel)]);
  }
  return value;
};

/** Adds the net in full, and the largest magnitude that each layer gives, [layers], for `quantizedNet`. */
export const observedNet = (
  graph: OnnxGraph,
  model: LayersModel,
  x: string,
): { readonly y: string; readonly largest: string } => {
  const { nodes } = layerGraph(model.topology);
  const context = { graph, weights: weightsByName(nodes.flatMap(weightSpecs), model.weights), foldable: new Map() };
  const largest: string[] = [];
  let y = x;
  for (const layer of nodes.slice(1) as LayerNode<'Conv2D'>[]) {
    y = addLayer(context, layer, [y]);
    largest.push(
      graph.op('Reshape', [graph.op('ReduceMax', [graph.op('Abs', [y])], { keepdims: 0 }), graph.ints([1])]),
    );
  }
  return { y, largest: graph.op('Concat', largest, { axis: 0 }) };
};

/** Values that were rounded to bytes and back. */
interface Bytes {
  readonly values: string;
  readonly scale: number;
}

const rounded = (graph: OnnxGraph, value: string, scale: number, zero: number): Bytes => {
  const parameters = [graph.scalar(scale), graph.initializer(Uint8Array.of(zero), [])];
  const bytes = graph.op('QuantizeLinear', [value, ...parameters]);
  return { values: graph.op('DequantizeLinear', [bytes, ...parameters]), scale };
};

interface RoundedKernel {
  /** OIHW. */
  readonly shape: readonly [number, number, number, number];
  readonly data: Int8Array;
  /** Of each filter. */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

const roundedKernel = (weights: ReadonlyMap<string, Weight>, layer: string): RoundedKernel => {
  const { shape, data } = weights.get(`${layer}/kernel`)!;
  const [height = 1, width = 1, inputs = 1, filters = 1] = shape;
  const kernel = transpose(data, shape, [3, 2, 0, 1]);
  const length = height * width * inputs;
  const scales = Float32Array.from({ length: filters }, (_, filter) => {
    const magnitudes = kernel.subarray(filter * length, (filter + 1) * length).map(Math.abs);
    return Math.max(1e-12, ...magnitudes) / 127;
  });
  const whole = Int8Array.from(kernel, (value, at) => Math.round(value / scales[Math.floor(at / length)]!));
  return { shape: [filters, inputs, height, width], data: whole, scales, bias: weights.get(`${layer}/bias`)!.data };
};

const attributes = ({ shape: [, , height, width] }: RoundedKernel) => {
  const [top, left] = [(height - 1) / 2, (width - 1) / 2];
  return { kernel_shape: [height, width], pads: [top, left, top, left] };
};

const convolution = (graph: OnnxGraph, { values, scale }: Bytes, kernel: RoundedKernel): string => {
  const { shape, data, scales, bias } = kernel;
  const biasScales = scales.map((value) => value * scale);
  const perFilter = (integers: string, by: Float32Array): string =>
    graph.op('DequantizeLinear', [integers, graph.initializer(by, [by.length])], { axis: 0 });
  const wholeBias = Int32Array.from(bias, (value, filter) => Math.round(value / biasScales[filter]!));
  const operands = [
    values,
    perFilter(graph.initializer(data, shape), scales),
    perFilter(graph.initializer(wholeBias, [wholeBias.length]), biasScales),
  ];
  return graph.op('Conv', operands, attributes(kernel));
};

/**
 * The last layer: a convolution for each head, so that each has a scale of its own, and their filters together again as
 * DepthToSpace expects them: heads of one pixel side by side.
 */
const heads = (graph: OnnxGraph, bytes: Bytes, kernel: RoundedKernel): string => {
  const parts = headRanges.map((range, head) => {
    return rounded(graph, convolution(graph, bytes, filtersOf(kernel, head)), range / 127, 128).values;
  });
  const order = kernel.scales.length / headRanges.length;
  const places = Array.from(
    kernel.scales,
    (_, at) => (at % headRanges.length) * order + Math.floor(at / headRanges.length),
  );
  return graph.op('Gather', [graph.op('Concat', parts, { axis: 1 }), graph.ints(places)], { axis: 1 });
};

/** The filters of one head. */
const filtersOf = ({ shape, data, scales, bias }: RoundedKernel, head: number): RoundedKernel => {
  const [filters, ...window] = shape;
  const length = data.length / filters;
  const isOf = (filter: number): boolean => filter % headRanges.length === head;
  return {
    shape: [filters / headRanges.length, ...window],
    data: data.filter((_, at) => isOf(Math.floor(at / length))),
    scales: scales.filter((_, filter) => isOf(filter)),
    bias: bias.filter((_, filter) => isOf(filter)),
  };
};
