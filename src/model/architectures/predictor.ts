import type { PictureShape, Topology } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { concatenate, functional, read } from './functional.ts';
import { conv2d, conv2dTranspose, upSampling2D } from './sequential.ts';

/**
 * The next frame, `shape`, from the last `frames`, stacked as channels with the oldest first: [height, width, frames *
 * channels]. An encoder-decoder with two skip connections: what cannot be foreseen is not normal (Liu et al. 2018,
 * https://arxiv.org/abs/1712.09867). Throws ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const predictor = (shape: PictureShape, { frames = 4 }: { readonly frames?: number } = {}): Topology => {
  expectDivisibleBy8('predictor', shape);
  const [height, width, channels] = shape;
  return functional(
    'predictor',
    [height, width, frames * channels],
    [
      read('input', 'half', conv2d(32, { strides: 2 })),
      read('half', 'quarter', conv2d(32, { strides: 2 })),
      read('quarter', 'eighth', conv2d(48, { strides: 2 })),
      read('eighth', 'motion', conv2d(48)),
      read('motion', 'motion_up', upSampling2D()),
      concatenate(['quarter', 'motion_up'], 'quarter_skip'),
      read('quarter_skip', 'quarter_merged', conv2d(32)),
      read('quarter_merged', 'quarter_up', upSampling2D()),
      concatenate(['half', 'quarter_up'], 'half_skip'),
      read('half_skip', 'half_merged', conv2d(16)),
      read('half_merged', 'next', conv2dTranspose(channels, { kernelSize: 4, strides: 2, activation: 'sigmoid' })),
    ],
  );
};
