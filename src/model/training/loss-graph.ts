import { sizeOf } from '../../core/tensor.ts';
import type { Topology } from '../layers-model.ts';
import { OnnxGraph } from '../onnx/graph.ts';
import { randomSource } from '../random.ts';
import { autoencoder, framesInput, meanSquaredError } from './autoencoder.ts';
import { forward } from './forward.ts';
import type { TrainingGraph, TrainingOptions } from './training-graph.ts';

/**
 * The loss of an autoencoder as one ONNX graph, for validation: nothing is random, and BatchNormalization uses its
 * moving averages. `noise` is added to the input as in training, but it is the same for every frame of every run, so
 * that losses can be compared.
 *
 * Inputs: `frames` uint8 [batch, H, W, C], `p` float32 [P]. Output: `loss` float32 []. Throws as `trainingGraph`.
 */
export const lossGraph = (
  topology: Topology,
  { batch, noise = 0, seed = 0 }: Pick<TrainingOptions, 'batch' | 'loss' | 'noise' | 'seed'>,
): TrainingGraph => {
  const { layers, picture, layout, parameters } = autoencoder(topology);
  const graph = new OnnxGraph('loss');
  const frames = framesInput(graph, picture, batch);
  const p = graph.input('p', [parameters]);
  const [height, width, channels] = picture;
  const x =
    noise > 0
      ? graph.op('Add', [
          frames,
          graph.initializer(normalNoise(sizeOf(picture), noise, seed), [1, channels, height, width]),
        ])
      : frames;
  const scope = { graph, batch, training: false, seed: () => seed };
  const steps = forward(layers, scope, x, { p, layout });
  const loss = meanSquaredError(graph, steps.at(-1)?.layer.output ?? x, frames, [batch, ...picture]);
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
