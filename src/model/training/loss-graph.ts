import { sizeOf } from '../../core/tensor.ts';
import type { Topology } from '../layers-model.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { randomSource } from '../random.ts';
import { forward } from './forward.ts';
import { reconstruction, trainable } from './objective.ts';
import type { TrainingGraph, TrainingOptions } from './training-graph.ts';

/**
 * The loss of a model as one ONNX graph, for validation: nothing is random, and BatchNormalization uses its moving
 * averages. `noise` is added to the input as in training, but it is the same for every frame of every run, so that
 * losses can be compared.
 *
 * Inputs: those of the objective, and `p` float32 [P]. Output: `loss` float32 []. Throws as `trainingGraph`.
 */
export const lossGraph = (
  topology: Topology,
  {
    batch,
    objective = reconstruction,
    noise = 0,
    seed = 0,
  }: Pick<TrainingOptions, 'batch' | 'objective' | 'noise' | 'seed'>,
): TrainingGraph => {
  const { layers, layout, parameters } = trainable(topology);
  const graph = new OnnxGraph('loss');
  const clean = objective(graph, { batch, layers, name: topology.config.name });
  const p = graph.input('p', [parameters]);
  // Of a sequence each picture gets the same noise.
  const shape = layers.input.outputShape.slice(-3);
  const x =
    noise > 0
      ? graph.op('Add', [
          clean.x,
          graph.initializer(normalNoise(sizeOf(shape), noise, seed), [1, shape.at(-1)!, ...shape.slice(0, -1)]),
        ])
      : clean.x;
  const scope = { graph, batch, training: false, seed: () => seed };
  const steps = forward(layers, scope, x, { p, layout });
  const loss = clean.loss(steps.at(-1)?.layer.output ?? x);
  graph.output(graph.opAs('loss', 'Identity', [loss.output]), []);
  return { graph: graph.toBytes(), parameters, layout };
};

/** Box & Muller 1958. */
const normalNoise = (length: number, stddev: number, seed: number): Float32Array => {
  const random = randomSource(seed);
  return Float32Array.from(
    { length },
    () => stddev * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
};
