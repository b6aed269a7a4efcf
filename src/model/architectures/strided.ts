import type { PictureShape, Topology } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { conv2d, conv2dTranspose, sequential, upSampling2D } from './sequential.ts';

/**
 * The default for cameras, cheap at 256 x 144: strides instead of pooling, so no convolution but the last runs at full
 * size, and channels in multiples of 16, which CPUs compute fastest. The bottleneck has 16 channels at 1/8.
 */
export const strided = (shape: PictureShape): Topology => {
  const [, , channels] = shape;
  expectDivisibleBy8('strided', shape);
  return sequential('strided', shape, [
    conv2d(32, { strides: 2 }),
    conv2d(32, { strides: 2 }),
    conv2d(48, { strides: 2 }),
    conv2d(16),
    conv2d(48),
    upSampling2D(),
    conv2d(32),
    upSampling2D(),
    conv2d(16),
    conv2dTranspose(channels, { kernelSize: 4, strides: 2, activation: 'sigmoid' }),
  ]);
};
