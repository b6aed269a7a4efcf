import { activate } from './onnx-activation.ts';
import type { LayerContext } from './onnx-layers.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import type { Shape } from './output-shape.ts';
import type { LayerNode } from './shapes.ts';
import { transpose } from './transpose.ts';

/** Where the graph takes the state of its recurrent layers in, float32 [N, ...shape], and gives the next one out. */
export interface StatePorts {
  input(name: string, shape: Shape): string;
  output(name: string, value: string): void;
}

/** A tensor float32 [N, ...shape] that is carried from frame to frame; 0 before the first. */
export interface StateSpec {
  readonly name: string;
  readonly shape: Shape;
}

/** What a ConvLSTM2D carries: its hidden state and its cell state, channels first. */
export const convLstmStates = ({ name, config, outputShape }: LayerNode<'ConvLSTM2D'>): [StateSpec, StateSpec] => {
  const [height = 0, width = 0] = outputShape.slice(-3);
  const shape = [config.filters, height, width];
  return [
    { name: `${name}_h`, shape },
    { name: `${name}_c`, shape },
  ];
};

/**
 * ConvLSTM2D at inference, unrolled over the steps: `x` [N * steps, channels, height, width] to the hidden state after
 * each step, [N * steps, filters, ...], or after the last, [N, filters, ...]. The state begins at 0, or is carried.
 * Shi et al. 2015, https://arxiv.org/abs/1506.04214, without its peepholes, as in Keras.
 */
export const convLstm = (context: LayerContext, layer: LayerNode<'ConvLSTM2D'>, x: string): string => {
  const { graph, weights, statePorts } = context;
  const { filters, strides, padding, use_bias, activation, recurrent_activation, return_sequences } = layer.config;
  const [steps = 1] = layer.inputShapes[0] ?? [];
  const [hiddenState, cellState] = convLstmStates(layer);
  const state = hiddenState.shape;
  const constant = (role: string): string => {
    const { shape, data } = weights.get(`${layer.name}/${role}`)!;
    if (shape.length === 1) return graph.initializer(data, shape);
    const axes = [3, 2, 0, 1];
    return graph.initializer(
      transpose(data, shape, axes),
      axes.map((axis) => shape[axis] ?? 0),
    );
  };
  const gate = (value: string): string => activate(graph, value, recurrent_activation);
  const squash = (value: string): string => activate(graph, value, activation);
  const times = (a: string, b: string): string => graph.op('Mul', [a, b]);

  const operands = [x, constant('kernel'), ...(use_bias ? [constant('bias')] : [])];
  const inputs = graph.op('Conv', operands, { strides, auto_pad: padding === 'same' ? 'SAME_UPPER' : 'VALID' });
  const recurrentKernel = steps > 1 || statePorts ? constant('recurrent_kernel') : '';
  let hidden = statePorts?.input(hiddenState.name, state);
  let cell = statePorts?.input(cellState.name, state);
  const hiddens: string[] = [];
  for (const input of splitSteps(graph, inputs, steps, [4 * filters, ...state.slice(1)])) {
    const z = hidden
      ? graph.op('Add', [input, graph.op('Conv', [hidden, recurrentKernel], { auto_pad: 'SAME_UPPER' })])
      : input;
    const [i, f, c, o] = graph.ops('Split', [z], { axis: 1 }, 4) as [string, string, string, string];
    const fresh = times(gate(i), squash(c));
    cell = cell ? graph.op('Add', [times(gate(f), cell), fresh]) : fresh;
    hidden = times(gate(o), squash(cell));
    hiddens.push(hidden);
  }
  statePorts?.output(hiddenState.name, hidden ?? '');
  statePorts?.output(cellState.name, cell ?? '');
  return return_sequences ? joinSteps(graph, hiddens, state) : (hidden ?? '');
};

/** [N * steps, ...shape] to `steps` values of [N, ...shape]. */
export const splitSteps = (graph: OnnxGraph, value: string, steps: number, shape: Shape): string[] => {
  if (steps === 1) return [value];
  const apart = graph.op('Reshape', [value, graph.ints([-1, steps, ...shape])]);
  return graph
    .ops('Split', [apart], { axis: 1 }, steps)
    .map((step) => graph.op('Reshape', [step, graph.ints([-1, ...shape])]));
};

/** The inverse of `splitSteps`. */
export const joinSteps = (graph: OnnxGraph, values: readonly string[], shape: Shape): string => {
  if (values.length === 1) return values[0]!;
  const apart = values.map((value) => graph.op('Reshape', [value, graph.ints([-1, 1, ...shape])]));
  return graph.op('Reshape', [graph.op('Concat', apart, { axis: 1 }), graph.ints([-1, ...shape])]);
};
