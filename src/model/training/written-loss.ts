import type { LayerGraph } from '../shapes.ts';
import { backward } from './backward.ts';
import { forward } from './forward.ts';
import type { Step } from './forward.ts';
import type { LayerScope } from './layer.ts';
import type { Objective, Unrolled } from './objective.ts';
import type { ParameterSlot } from './parameters.ts';
import { Tape } from './tape.ts';
import type { Value } from './tape.ts';

interface LossContext {
  readonly layers: LayerGraph;
  readonly layout: readonly ParameterSlot[];
  /** The name of the model, for errors. */
  readonly name: string;
  readonly scope: Pick<LayerScope, 'graph' | 'batch' | 'training' | 'seed'>;
  /** The flat vector of parameters. */
  readonly p: string;
  /** What the clean input of an objective that applies the model once becomes before the model sees it. */
  readonly disturb: (x: string) => string;
}

/**
 * A loss in a graph; `gradient` writes that of the flat parameter vector. `steps` are those of a model that is applied
 * once.
 */
interface WrittenLoss {
  readonly output: string;
  readonly steps: readonly Step[];
  readonly gradient: () => string;
}

/** Writes the model, as often as its objective applies it, and the loss. */
export const writtenLoss = (objective: Objective | Unrolled, context: LossContext): WrittenLoss =>
  'unroll' in objective ? unrolled(objective, context) : applied(objective, context);

const applied = (objective: Objective, { layers, layout, name, scope, p, disturb }: LossContext): WrittenLoss => {
  const { graph, batch } = scope;
  const clean = objective(graph, { batch, layers, name });
  const x = disturb(clean.x);
  const steps = forward(layers, scope, x, { p, layout });
  const loss = clean.loss(steps.at(-1)?.layer.output ?? x);
  return { output: loss.output, steps, gradient: () => backward(graph, steps, loss.gradient(), layout).parameters };
};

const unrolled = (objective: Unrolled, { layers, layout, scope, p }: LossContext): WrittenLoss => {
  const { graph, batch } = scope;
  const tape = new Tape(graph);
  const vector = tape.learned(p);
  const net = (x: Value): Value => {
    const steps = forward(layers, scope, x.name, { p, layout });
    const written = (gradient: string): readonly (() => string)[] => {
      const gradients = backward(graph, steps, gradient, layout, x.isTracked ? layers.input.name : undefined);
      return [() => gradients.input!, () => gradients.parameters];
    };
    return tape.custom(steps.at(-1)?.layer.output ?? x.name, layers.output.outputShape.at(-1)!, [x, vector], written);
  };
  const loss = objective.unroll(tape, { batch, layers, net });
  return { output: loss.name, steps: [], gradient: () => tape.gradients(loss, [vector])[0]! };
};
