import type { OnnxGraph } from '../onnx/graph.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /**
   * The gradient's length at most; a longer one is scaled down (Pascanu et al. 2013, https://arxiv.org/abs/1211.5063).
   */
  readonly clipNorm: number;
}

/** Keras's defaults: nothing is clipped. */
export const adamDefaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, clipNorm: Infinity };

interface AdamState {
  readonly p: string;
  readonly m: string;
  readonly v: string;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1, https://arxiv.org/abs/1412.6980) on flat vectors: parameters `p`,
 * first and second moments `m` and `v`. `lr` and the step `t` (1 at the first) have the shape [1].
 */
export const adam = (
  graph: OnnxGraph,
  { p, m, v }: AdamState,
  gradient: string,
  { lr, t }: { readonly lr: string; readonly t: string },
  { beta1, beta2, epsilon, clipNorm }: AdamOptions,
): AdamState => {
  const scaled = (value: string, factor: number): string => graph.op('Mul', [value, graph.scalar(factor)]);
  const correction = (beta: number): string =>
    graph.op('Sub', [graph.scalar(1), graph.op('Pow', [graph.scalar(beta), t])]);
  const g = Number.isFinite(clipNorm) ? clipped(graph, gradient, clipNorm) : gradient;
  const m2 = graph.op('Add', [scaled(m, beta1), scaled(g, 1 - beta1)]);
  const v2 = graph.op('Add', [scaled(v, beta2), scaled(graph.op('Mul', [g, g]), 1 - beta2)]);
  const rate = graph.op('Div', [lr, correction(beta1)]);
  const deviation = graph.op('Sqrt', [graph.op('Div', [v2, correction(beta2)])]);
  const step = graph.op('Div', [graph.op('Mul', [m2, rate]), graph.op('Add', [deviation, graph.scalar(epsilon)])]);
  return { p: graph.op('Sub', [p, step]), m: m2, v: v2 };
};

const clipped = (graph: OnnxGraph, g: string, clipNorm: number): string => {
  const length = graph.op('ReduceL2', [g], { keepdims: 1 });
  const factor = graph.op('Div', [graph.scalar(clipNorm), graph.op('Max', [length, graph.scalar(clipNorm)])]);
  return graph.op('Mul', [g, factor]);
};
