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

/** ONNX Runtime's fast integer convolutions take inputs in fours and filters in sixteens: the rest is filled with zeros. */
const inputsTogether = 4;
const filtersTogether = 16;
const filledUp = (count: number, together: number): number => Math.ceil(count / together) * together;

/**
 * Adds the net of a denoiser with bytes for its values (QDQ: each value is rounded to eight bits and back, which ONNX
 * Runtime turns into integer convolutions;
 * https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Weights are signed bytes with a scale
 * for each filter. `largest` is the largest magnitude that each layer gave in calibration.
 */
export const quantizedNet = (graph: OnnxGraph, model: LayersModel, x: string, largest: readonly number[]): string => {
  const { nodes } = layerGraph(model.topology);
  const weights = weightsByName(nodes.flatMap(weightSpecs), model.weights);
  const layers = nodes.slice(1) as LayerNode<'Conv2D'>[];
  const input = { values: x, channels: layers[0]!.inputShapes[0]!.at(-1)! };
  let bytes = rounded(graph, input, inputScale, inputZero);
  for (const [at, { name }] of layers.slice(0, -1).entries()) {
    const y = convolution(graph, bytes, roundedKernel(weights, name, bytes.channels));
    bytes = rounded(graph, { ...y, values: graph.op('Relu', [y.values]) }, largest[at]! / 255);
  }
  const { name, outputShape } = layers.at(-1)!;
  return heads(graph, bytes, roundedKernel(weights, name, bytes.channels), outputShape.at(-1)!);
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

interface Channels {
  readonly values: string;
  readonly channels: number;
}

/** Values that were rounded to bytes and back. */
interface Bytes extends Channels {
  readonly scale: number;
}

/** As bytes, of which `zero` is 0; filled up with channels of no meaning, which a kernel has zeros for. */
const rounded = (graph: OnnxGraph, { values, channels: given }: Channels, scale: number, zero = 0): Bytes => {
  const parameters = [graph.scalar(scale), graph.initializer(Uint8Array.of(zero), [])];
  const channels = filledUp(given, inputsTogether);
  const bytes = graph.op('QuantizeLinear', [values, ...parameters]);
  const filled =
    channels === given ? bytes : graph.op('Pad', [bytes, graph.ints([0, 0, 0, 0, 0, channels - given, 0, 0])]);
  return { values: graph.op('DequantizeLinear', [filled, ...parameters]), channels, scale };
};

interface RoundedKernel {
  /** OIHW. */
  readonly shape: readonly [number, number, number, number];
  readonly data: Int8Array;
  /** Of each filter. */
  readonly scales: Float32Array;
  readonly bias: Float32Array;
}

/** For that many inputs, with zeros for those that the layer does not have. */
const roundedKernel = (weights: ReadonlyMap<string, Weight>, layer: string, inputs: number): RoundedKernel => {
  const { shape, data } = weights.get(`${layer}/kernel`)!;
  const [height = 1, width = 1, given = 1, filters = 1] = shape;
  const kernel = transpose(data, shape, [3, 2, 0, 1]);
  const [length, wide, count] = [height * width * given, height * width * inputs, filledUp(filters, filtersTogether)];
  const whole = new Int8Array(count * wide);
  const [scales, bias] = [new Float32Array(count).fill(1), new Float32Array(count)];
  bias.set(weights.get(`${layer}/bias`)!.data);
  for (let filter = 0; filter < filters; filter++) {
    const values = kernel.subarray(filter * length, (filter + 1) * length);
    const scale = Math.max(1e-12, ...values.map(Math.abs)) / 127;
    scales[filter] = scale;
    whole.set(
      values.map((value) => Math.round(value / scale)),
      filter * wide,
    );
  }
  return { shape: [count, inputs, height, width], data: whole, scales, bias };
};

const convolution = (graph: OnnxGraph, { values, scale }: Bytes, kernel: RoundedKernel): Channels => {
  const { shape, data, scales, bias } = kernel;
  const [channels, , height, width] = shape;
  const biasScales = scales.map((value) => value * scale);
  const perFilter = (integers: string, by: Float32Array): string =>
    graph.op('DequantizeLinear', [integers, graph.initializer(by, [by.length])], { axis: 0 });
  const wholeBias = Int32Array.from(bias, (value, filter) => Math.round(value / biasScales[filter]!));
  const operands = [
    values,
    perFilter(graph.initializer(data, shape), scales),
    perFilter(graph.initializer(wholeBias, [wholeBias.length]), biasScales),
  ];
  const [top, left] = [(height - 1) / 2, (width - 1) / 2];
  const y = graph.op('Conv', operands, { kernel_shape: [height, width], pads: [top, left, top, left] });
  return { values: y, channels };
};

/**
 * The last layer, [N, filters, rows, cols]. One convolution has one scale, and each head a range of its own: its filters
 * are divided by it, and its bytes multiplied by it again.
 */
const heads = (graph: OnnxGraph, bytes: Bytes, kernel: RoundedKernel, filters: number): string => {
  const ranges = kernel.scales.map((_, filter) => headRanges[filter % headRanges.length]!);
  const over = (values: Float32Array): Float32Array => values.map((value, filter) => value / ranges[filter]!);
  const y = convolution(graph, bytes, { ...kernel, scales: over(kernel.scales), bias: over(kernel.bias) });
  const zero = graph.initializer(Uint8Array.of(128), []);
  const shares = graph.op('QuantizeLinear', [y.values, graph.scalar(1 / 127), zero]);
  const own = graph.op('Slice', [shares, graph.ints([0]), graph.ints([filters]), graph.ints([1])]);
  const scales = ranges.slice(0, filters).map((range) => range / 127);
  const zeros = new Uint8Array(filters).fill(128);
  const parameters = [graph.initializer(scales, [filters]), graph.initializer(zeros, [filters])];
  return graph.op('DequantizeLinear', [own, ...parameters], { axis: 1 });
};
