import type { PictureShape, Topology } from '../layers-model.ts';
import { expectDivisibleBy8 } from './expect-divisible.ts';
import { conv2d, conv2dTranspose, convLstm2D, sequential, timeDistributed, upSampling2D } from './sequential.ts';

/**
 * An autoencoder of clips, [steps, ...shape]: `strided` with memory at its bottleneck, 16 channels at 1/8, so that what
 * moves the way it never did is rebuilt badly (Chong & Tay 2017, https://arxiv.org/abs/1701.01546). Live it runs frame by
 * frame with its state carried: `recurrentStep`. Throws ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const recurrent = (shape: PictureShape, { steps = 8 }: { readonly steps?: number } = {}): Topology => {
  const [, , channels] = shape;
  expectDivisibleBy8('recurrent', shape);
  return sequential(
    'recurrent',
    [steps, ...shape],
    [
      timeDistributed(conv2d(32, { strides: 2 })),
      timeDistributed(conv2d(32, { strides: 2 })),
      timeDistributed(conv2d(48, { strides: 2 })),
      convLstm2D(16),
      timeDistributed(conv2d(48)),
      timeDistributed(upSampling2D()),
      timeDistributed(conv2d(32)),
      timeDistributed(upSampling2D()),
      timeDistributed(conv2d(16)),
      timeDistributed(conv2dTranspose(channels, { kernelSize: 4, strides: 2, activation: 'sigmoid' })),
    ],
  );
};
