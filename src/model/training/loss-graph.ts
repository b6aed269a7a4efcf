import { sizeOf } from '../../core/tensor.ts';
import type { Topology } from '../layers-model.ts';
import { normal } from '../normal-random.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { randomSource } from '../random.ts';
import { reconstruction, trainable } from './objective.ts';
import type { TrainingGraph, TrainingOptions } from './training-graph.ts';
import { writtenLoss } from './written-loss.ts';

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
  // Of a sequence each picture gets the same noise.
  const shape = layers.input.outputShape.slice(-3);
  const disturb = (x: string): string => {
    if (noise <= 0) return x;
    const values = normalNoise(sizeOf(shape), noise, seed);
    return graph.op('Add', [x, graph.initializer(values, [1, shape.at(-1)!, ...shape.slice(0, -1)])]);
  };
  const { output } = writtenLoss(objective, {
    layers,
    layout,
    name: topology.config.name,
    scope: { graph, batch, training: false, seed: () => seed },
    p: graph.input('p', [parameters]),
    disturb,
  });
  graph.output(graph.opAs('loss', 'Identity', [output]), []);
  return { graph: graph.toBytes(), parameters, layout };
};

const normalNoise = (length: number, stddev: number, seed: number): Float32Array => {
  const random = randomSource(seed);
  return Float32Array.from({ length }, () => stddev * normal(random));
};
