import type { OnnxGraph } from '../onnx/graph.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Keras's defaults. */
export const adamDefaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

interface AdamState {
  readonly p: string;
  readonly m: string;
  readonly v: string;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1, https://arxiv.org/abs/1412.6980) on flat vectors: parameters `p`,
 * first and second moments `m` and `v`, gradient `g`. `lr` and the step `t` (1 at the first) have the shape [1].
 */
export const adam = (
  graph: OnnxGraph,
  { p, m, v }: AdamState,
  g: string,
  { lr, t }: { readonly lr: string; readonly t: string },
  { beta1, beta2, epsilon }: AdamOptions,
): AdamState => {
  const scaled = (value: string, factor: number): string => graph.op('Mul', [value, graph.scalar(factor)]);
  const correction = (beta: number): string =>
    graph.op('Sub', [graph.scalar(1), graph.op('Pow', [graph.scalar(beta), t])]);
  const m2 = graph.op('Add', [scaled(m, beta1), scaled(g, 1 - beta1)]);
  const v2 = graph.op('Add', [scaled(v, beta2), scaled(graph.op('Mul', [g, g]), 1 - beta2)]);
  const rate = graph.op('Div', [lr, correction(beta1)]);
  const deviation = graph.op('Sqrt', [graph.op('Div', [v2, correction(beta2)])]);
  const step = graph.op('Div', [graph.op('Mul', [m2, rate]), graph.op('Add', [deviation, graph.scalar(epsilon)])]);
  return { p: graph.op('Sub', [p, step]), m: m2, v: v2 };
};
