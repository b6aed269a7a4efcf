import { initialWeights } from '../initial-weights.ts';
import type { PictureShape, Topology, Weight } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { concatenate, functional, read } from './functional.ts';
import { conv2d, upSampling2D } from './sequential.ts';

/** The layer that is the output. */
const lastLayer = 'chroma';

/**
 * From the brightness of a picture and the background's chroma, at half size as `netInput` gives them, [H/2, W/2, 6], to
 * what is to be made of that chroma, [H/2, W/2, 3] as `netChroma` takes it. An encoder-decoder with two skip connections.
 * `shape` is that of the camera's pictures; throws ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const colorizer = (shape: PictureShape): Topology => {
  expectDivisibleBy8('colorizer', shape);
  const [height, width] = shape;
  return functional(
    'colorizer',
    [height / 2, width / 2, 6],
    [
      read('input', 'half', conv2d(16)),
      read('half', 'quarter', conv2d(32, { strides: 2 })),
      read('quarter', 'eighth_1', conv2d(48, { strides: 2 })),
      read('eighth_1', 'eighth_2', conv2d(48)),
      read('eighth_2', 'eighth_up', upSampling2D()),
      concatenate(['quarter', 'eighth_up'], 'quarter_skip'),
      read('quarter_skip', 'quarter_merged', conv2d(32)),
      read('quarter_merged', 'quarter_up', upSampling2D()),
      concatenate(['half', 'quarter_up'], 'half_skip'),
      read('half_skip', 'half_merged', conv2d(16)),
      read('half_merged', lastLayer, conv2d(3, { activation: 'linear' })),
    ],
  );
};

/**
 * Keras's initial weights, but zeros in the last layer: the model begins as the background, and gets no worse. From a random
 * last layer the ReLUs below it are all driven to 0 within an epoch, and the background is what it ends as.
 */
export const colorizerWeights = (topology: Topology, seed: number): Weight[] =>
  initialWeights(topology, seed).map((weight) =>
    weight.name.startsWith(`${lastLayer}/`) ? { ...weight, data: new Float32Array(weight.data.length) } : weight,
  );
