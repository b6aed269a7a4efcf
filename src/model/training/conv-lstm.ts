import { joinSteps, splitSteps } from '../onnx-conv-lstm.ts';
import type { LayerNode } from '../shapes.ts';
import { activate } from './activation.ts';
import { inputGradient, kernelGradient } from './kernel-gradients.ts';
import { channelSums, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';
import { windowAttributes, windowOver } from './window.ts';

type Activated = ReturnType<typeof activate>;

/** One step, with all that its gradient needs. */
interface Step {
  readonly i: Activated;
  readonly f: Activated;
  readonly c: Activated;
  readonly o: Activated;
  readonly cell: string;
  readonly squashed: Activated;
  readonly hidden: string;
}

/**
 * ConvLSTM2D unrolled over the steps from a state of 0, and its gradient by backpropagation through time (Hochreiter &
 * Schmidhuber 1997; Werbos 1990). The gates lie in Keras's order i, f, c, o; all that does not depend on the step before
 * (the convolution of the input, the gradients of input, kernels and bias) is computed for all steps at once.
 */
export const convLstm = (node: LayerNode<'ConvLSTM2D'>, scope: LayerScope): Differentiable => {
  const { graph, batch } = scope;
  const { filters, kernel_size, strides, padding, use_bias, return_sequences, ...config } = node.config;
  const [steps = 1, rows = 0, columns = 0, channels = 0] = node.inputShapes[0]!;
  const [height = 0, width = 0] = node.outputShape.slice(-3);
  const state = [filters, height, width];
  const gates = [4 * filters, height, width];
  const inputWindow = windowOver([rows, columns], kernel_size, strides, padding);
  const stateWindow = windowOver([height, width], kernel_size, [1, 1], 'same');
  const x = onlyInput(scope);
  const [kernel, recurrentKernel] = [scope.weight('kernel'), scope.weight('recurrent_kernel')];
  const add = (a: string, b: string | undefined): string => (b ? graph.op('Add', [a, b]) : a);
  const times = (a: string, b: string): string => graph.op('Mul', [a, b]);

  const step = (z: string, before: Step | undefined): Step => {
    const recurrent = before && graph.op('Conv', [before.hidden, recurrentKernel], windowAttributes(stateWindow));
    const parts = graph.ops('Split', [add(z, recurrent)], { axis: 1 }, 4) as [string, string, string, string];
    const [i, f, o] = [parts[0], parts[1], parts[3]].map((part) => activate(graph, config.recurrent_activation, part));
    const c = activate(graph, config.activation, parts[2]);
    const cell = add(times(i!.output, c.output), before && times(f!.output, before.cell));
    const squashed = activate(graph, config.activation, cell);
    return { i: i!, f: f!, c, o: o!, cell, squashed, hidden: times(o!.output, squashed.output) };
  };
  const operands = use_bias ? [x, kernel, scope.weight('bias')] : [x, kernel];
  const inputs = graph.op('Conv', operands, windowAttributes(inputWindow));
  const unrolled: Step[] = [];
  for (const z of splitSteps(graph, inputs, steps, gates)) unrolled.push(step(z, unrolled.at(-1)));
  const hiddens = unrolled.map(({ hidden }) => hidden);

  /** The gradients of the gates' sums at every step, from those of the hidden states; the last step comes first. */
  const throughTime = (arriving: readonly (string | undefined)[]): string[] => {
    const gradients: string[] = [];
    let dHidden: string | undefined;
    let dCellAfter: string | undefined;
    for (const [at, { i, f, c, o, squashed }] of [...unrolled.entries()].reverse()) {
      const dh = [arriving[at], dHidden].filter((part) => part !== undefined).reduce((sum, part) => add(sum, part));
      const dCell = add(squashed.backward(times(dh, o.output)), dCellAfter);
      const before = unrolled[at - 1];
      const dForget = before ? f.backward(times(dCell, before.cell)) : times(dCell, graph.scalar(0));
      const dz = graph.op(
        'Concat',
        [
          i.backward(times(dCell, c.output)),
          dForget,
          c.backward(times(dCell, i.output)),
          o.backward(times(dh, squashed.output)),
        ],
        { axis: 1 },
      );
      gradients.push(dz);
      if (!before) break;
      dHidden = inputGradient(graph, dz, recurrentKernel, stateWindow);
      dCellAfter = times(dCell, f.output);
    }
    return gradients;
  };

  return {
    output: return_sequences ? joinSteps(graph, hiddens, state) : hiddens.at(-1)!,
    backward: (gradient) => {
      const arriving = return_sequences
        ? splitSteps(graph, gradient, steps, state)
        : unrolled.map((_, at) => (at === steps - 1 ? gradient : undefined));
      const perStep = throughTime(arriving).reverse();
      const dz = joinSteps(graph, perStep, gates);
      const recurrent = (): string =>
        kernelGradient(
          graph,
          joinSteps(graph, hiddens.slice(0, -1), state),
          joinSteps(graph, perStep.slice(1), gates),
          stateWindow,
          [batch * (steps - 1), 4 * filters, filters],
        );
      return {
        inputs: [() => inputGradient(graph, dz, kernel, inputWindow)],
        weights: {
          kernel: kernelGradient(graph, x, dz, inputWindow, [batch * steps, 4 * filters, channels]),
          ...(steps > 1 && { recurrent_kernel: recurrent() }),
          ...(use_bias && { bias: channelSums(graph, dz, gates) }),
        },
      };
    },
  };
};
