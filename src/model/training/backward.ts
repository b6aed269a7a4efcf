import type { OnnxGraph } from '../onnx/graph.ts';
import type { Step } from './forward.ts';
import type { ParameterSlot } from './parameters.ts';

interface Backward {
  /** Of the flat parameter vector; that of weights which are not trained is 0. */
  readonly parameters: string;
  /** Of the model's input, if it was asked for. */
  readonly input: string | undefined;
}

/**
 * Reverse-mode differentiation: walks the layers from the last to the first with the loss's gradient with respect to
 * each output, summed over all the layers that read it. `gradient` is that of the last output; `input` names the
 * model's input layer if its gradient is wanted too.
 */
export const backward = (
  graph: OnnxGraph,
  steps: readonly Step[],
  gradient: string,
  layout: readonly ParameterSlot[],
  input?: string,
): Backward => {
  const trained = new Set<string>(input === undefined ? [] : [input]);
  for (const { node } of steps) {
    const hasWeights = layout.some(({ name, trainable }) => trainable && name.startsWith(`${node.name}/`));
    if (hasWeights || node.inputs.some((input) => trained.has(input))) trained.add(node.name);
  }
  const arriving = new Map([[steps.at(-1)?.node.name, [gradient]]]);
  const weights = new Map<string, string>();
  for (const { node, layer } of steps.toReversed()) {
    const parts = arriving.get(node.name);
    if (!parts || !trained.has(node.name)) continue;
    const gradients = layer.backward(summed(graph, parts));
    for (const [role, value] of Object.entries(gradients.weights ?? {})) weights.set(`${node.name}/${role}`, value);
    for (const [at, from] of node.inputs.entries())
      if (trained.has(from)) arriving.set(from, [...(arriving.get(from) ?? []), gradients.inputs[at]!()]);
  }
  const parts = layout.map(({ name, size }) => {
    const value = weights.get(name);
    return value ? graph.op('Reshape', [value, graph.ints([size])]) : graph.initializer(new Float32Array(size), [size]);
  });
  const atInput = input === undefined ? undefined : arriving.get(input);
  return { parameters: graph.op('Concat', parts, { axis: 0 }), input: atInput && summed(graph, atInput) };
};

const summed = (graph: OnnxGraph, parts: readonly string[]): string =>
  parts.length > 1 ? graph.op('Sum', parts) : parts[0]!;
