import type { Topology } from '../layers-model.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import type { Step } from './forward.ts';
import { noisy } from './noise.ts';
import { reconstruction, trainable } from './objective.ts';
import type { Objective, Unrolled } from './objective.ts';
import { adam, adamDefaults } from './optimizer.ts';
import type { AdamOptions } from './optimizer.ts';
import type { ParameterSlot } from './parameters.ts';
import { writtenLoss } from './written-loss.ts';

export interface TrainingOptions {
  /** Frames in one step. */
  readonly batch: number;
  /** What the model learns; `reconstruction` of its clean input by default. */
  readonly objective?: Objective | Unrolled;
  /** Standard deviation of the normal noise added to the model's input, in its units; 0 by default. It is not clipped. */
  readonly noise?: number;
  /** Where the noise, Dropout and GaussianNoise begin in every session; 0 by default. */
  readonly seed?: number;
  /** Keras's defaults where left out. */
  readonly optimizer?: Partial<AdamOptions>;
  /** Adds the gradient as an output `g`, for tests. */
  readonly withGradient?: boolean;
}

export interface TrainingGraph {
  /** An ONNX model. */
  readonly graph: Uint8Array;
  /** P, the length of the flat vectors. */
  readonly parameters: number;
  readonly layout: readonly ParameterSlot[];
}

/**
 * One training step of a model as one ONNX graph: forward, loss, gradient, Adam.
 *
 * Inputs: those of the objective (`reconstruction`: `frames` uint8 [batch, H, W, C]); float32 `p`, `m`, `v` [P] (parameters, first and second moments; begin the
 * moments at 0), `lr` [1] and `t` [1], the number of this step counted from 1.
 * Outputs: float32 `p2`, `m2`, `v2` [P], the next step's `p`, `m`, `v`; `loss` [], before the step.
 * Throws ModelError 'unsupported' for a layer that cannot be computed or a model without weights, 'mismatch' for a model
 * that does not fit the objective.
 */
export const trainingGraph = (topology: Topology, options: TrainingOptions): TrainingGraph => {
  const { batch, objective = reconstruction, noise = 0, seed: firstSeed = 0 } = options;
  const { layers, layout, parameters } = trainable(topology);
  const graph = new OnnxGraph('training');
  const vector = (name: string): string => graph.input(name, [parameters]);
  let seeds = firstSeed;
  const scope = { graph, batch, training: true, seed: () => seeds++ };
  const p = vector('p');
  const { output, steps, gradient } = writtenLoss(objective, {
    layers,
    layout,
    name: topology.config.name,
    scope,
    p,
    disturb: (x) => (noise > 0 ? noisy(scope, x, noise) : x),
  });
  const state = { p, m: vector('m'), v: vector('v') };
  const schedule = { lr: graph.input('lr', [1]), t: graph.input('t', [1]) };
  const g = gradient();
  const next = adam(graph, state, g, schedule, { ...adamDefaults, ...options.optimizer });

  const publish = (name: string, value: string, shape: readonly number[]): void => {
    graph.output(graph.opAs(name, 'Identity', [value]), shape);
  };
  publish('p2', updated(graph, next.p, steps, layout), [parameters]);
  publish('m2', next.m, [parameters]);
  publish('v2', next.v, [parameters]);
  publish('loss', output, []);
  if (options.withGradient) publish('g', g, [parameters]);
  return { graph: graph.toBytes(), parameters, layout };
};

/** `p` with the weights that follow no gradient, at its end, replaced by their new values. */
const updated = (graph: OnnxGraph, p: string, steps: readonly Step[], layout: readonly ParameterSlot[]): string => {
  const values = new Map(
    steps.flatMap(({ node, layer }) =>
      Object.entries(layer.updates ?? {}).map(([role, value]) => [`${node.name}/${role}`, value] as [string, string]),
    ),
  );
  const moving = layout.filter(({ trainable }) => !trainable);
  if (!moving[0]) return p;
  const trained = graph.op('Slice', [p, graph.ints([0]), graph.ints([moving[0].offset]), graph.ints([0])]);
  return graph.op('Concat', [trained, ...moving.map(({ name }) => values.get(name)!)], { axis: 0 });
};
