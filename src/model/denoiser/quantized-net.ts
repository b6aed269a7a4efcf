import { weightsByName, weightSpecs } from '../layer-weights.ts';
import type { LayersModel } from '../layers-model.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { addLayer } from '../onnx-layers.ts';
import { layerGraph } from '../shapes.ts';
import type { LayerNode } from '../shapes.ts';
import { transpose } from '../transpose.ts';

/** Zero of an unsigned byte that stands for a value of either sign. */
const middle = 128;

/**
 * Adds the net of a denoiser with bytes for its values (QDQ: each value is rounded to eight bits and back, which ONNX Runtime
 * turns into integer convolutions; https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Weights are
 * signed bytes with a scale for each filter. `largest` is the largest magnitude that each layer gave in calibration. The
 * first layer is computed in full: what it sees has too many ranges for one scale.
 */
export const quantizedNet = (graph: OnnxGraph, model: LayersModel, x: string, largest: readonly number[]): string => {
  const { nodes } = layerGraph(model.topology);
  const weights = weightsByName(nodes.flatMap(weightSpecs), model.weights);
  const [first, ...rest] = nodes.slice(1) as LayerNode<'Conv2D'>[];
  let value = addLayer({ graph, weights, foldable: new Map() }, first!, [x]);
  let scale = largest[0]! / 255;
  let bytes = quantized(graph, value, scale, 0);
  for (const [at, layer] of rest.entries()) {
    const isLast = at === rest.length - 1;
    const zero = isLast ? middle : 0;
    const convolved = integerConvolution(graph, layer, weights, bytes, scale);
    value = isLast ? convolved : graph.op('Relu', [convolved]);
    scale = largest[at + 1]! / (isLast ? middle - 1 : 255);
    bytes = quantized(graph, value, scale, zero);
  }
  return bytes;
};

const quantized = (graph: OnnxGraph, value: string, scale: number, zero: number): string => {
  const parameters = [graph.scalar(scale), graph.initializer(Uint8Array.of(zero), [])];
  return graph.op('DequantizeLinear', [graph.op('QuantizeLinear', [value, ...parameters]), ...parameters]);
};

const integerConvolution = (
  graph: OnnxGraph,
  { name }: LayerNode<'Conv2D'>,
  weights: ReturnType<typeof weightsByName>,
  bytes: string,
  scale: number,
): string => {
  const { shape, data } = weights.get(`${name}/kernel`)!;
  const [height = 1, width = 1, inputs = 1, filters = 1] = shape;
  const kernel = transpose(data, shape, [3, 2, 0, 1]);
  const length = height * width * inputs;
  const scales = Float32Array.from({ length: filters }, (_, filter) => {
    const largest = kernel
      .subarray(filter * length, (filter + 1) * length)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return Math.max(largest, 1e-12) / 127;
  });
  const rounded = Int8Array.from(kernel, (value, at) => Math.round(value / scales[Math.floor(at / length)]!));
  const biasScales = scales.map((value) => value * scale);
  const bias = Int32Array.from(weights.get(`${name}/bias`)!.data, (value, filter) =>
    Math.round(value / biasScales[filter]!),
  );
  const perFilter = (values: string, by: Float32Array): string =>
    graph.op('DequantizeLinear', [values, graph.initializer(by, [filters])], { axis: 0 });
  const operands = [
    bytes,
    perFilter(graph.initializer(rounded, [filters, inputs, height, width]), scales),
    perFilter(graph.initializer(bias, [filters]), biasScales),
  ];
  const [top, left] = [(height - 1) / 2, (width - 1) / 2];
  return graph.op('Conv', operands, { kernel_shape: [height, width], pads: [top, left, top, left] });
};
