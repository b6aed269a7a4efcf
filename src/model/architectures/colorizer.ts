import type { PictureShape, Topology } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { concatenate, functional, read } from './functional.ts';
import { conv2d, upSampling2D } from './sequential.ts';

/**
 * From the brightness of a picture, [H, W, 1], to how its colour differs from the background's there: Cb and Cr at half
 * size, [H/2, W/2, 2]. An encoder-decoder with two skip connections. `shape` is that of the camera's pictures; throws
 * ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const colorizer = (shape: PictureShape): Topology => {
  expectDivisibleBy8('colorizer', shape);
  const [height, width] = shape;
  return functional(
    'colorizer',
    [height, width, 1],
    [
      read('input', 'half', conv2d(16, { strides: 2 })),
      read('half', 'quarter', conv2d(32, { strides: 2 })),
      read('quarter', 'eighth_1', conv2d(48, { strides: 2 })),
      read('eighth_1', 'eighth_2', conv2d(48)),
      read('eighth_2', 'eighth_up', upSampling2D()),
      concatenate(['quarter', 'eighth_up'], 'quarter_skip'),
      read('quarter_skip', 'quarter_merged', conv2d(32)),
      read('quarter_merged', 'quarter_up', upSampling2D()),
      concatenate(['half', 'quarter_up'], 'half_skip'),
      read('half_skip', 'half_merged', conv2d(16)),
      read('half_merged', 'chroma', conv2d(2, { activation: 'linear' })),
    ],
  );
};
