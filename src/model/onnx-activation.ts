import type { ActivationName } from './layer-config.ts';
import type { OnnxGraph } from './onnx/graph.ts';

const operators: Readonly<Record<Exclude<ActivationName, 'linear'>, string>> = {
  relu: 'Relu',
  sigmoid: 'Sigmoid',
  hard_sigmoid: 'HardSigmoid',
  tanh: 'Tanh',
};

/** ONNX's HardSigmoid has Keras 2's slope (0.2) and offset (0.5) by default. */
export const activate = (graph: OnnxGraph, x: string, name: ActivationName): string =>
  name === 'linear' ? x : graph.op(operators[name], [x]);
