import type { PictureShape, Topology } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { concatenate, functional, read } from './functional.ts';
import { conv2d, upSampling2D } from './sequential.ts';

/** The quantiles of the local temporal change that the net predicts. */
export const motionQuantiles = [0.5, 0.9, 0.98] as const;

/**
 * Appearance to motion: from the foreground of one frame (frame minus background, space-to-depth 2: [H/2, W/2, 4]) to
 * quantiles of the temporal change expected there: [H/4, W/4, 3]. An encoder-decoder with one skip connection, 72 thousand
 * weights. What something looks like says how it moves: a cyclist looks different from who walks. `shape` is that of the
 * camera's pictures; throws ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const motion = (shape: PictureShape): Topology => {
  expectDivisibleBy8('motion', shape);
  const [height, width] = shape;
  return functional(
    'motion',
    [height / 2, width / 2, 4],
    [
      read('input', 'half', conv2d(16)),
      read('half', 'quarter_1', conv2d(32, { strides: 2 })),
      read('quarter_1', 'quarter_2', conv2d(32)),
      read('quarter_2', 'eighth_1', conv2d(48, { strides: 2 })),
      read('eighth_1', 'eighth_2', conv2d(48)),
      read('eighth_2', 'up', upSampling2D()),
      concatenate(['quarter_2', 'up'], 'skip'),
      read('skip', 'merge', conv2d(32)),
      read('merge', 'quantiles', conv2d(motionQuantiles.length, { kernelSize: 1, activation: 'linear' })),
    ],
  );
};
