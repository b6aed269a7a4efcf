import { ModelError } from '../../core/errors.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import { functional } from './functional.ts';
import type { FunctionalLayer } from './functional.ts';
import { conv2d, conv2dTranspose, upSampling2D } from './sequential.ts';
import type { LayerSpec } from './sequential.ts';

/**
 * The next frame, `shape`, from the last `frames`, stacked as channels with the oldest first: [height, width, frames *
 * channels]. An encoder-decoder with two skip connections: what cannot be foreseen is not normal (Liu et al. 2018,
 * https://arxiv.org/abs/1712.09867). Throws ModelError 'unsupported' unless both sides are divisible by 8.
 */
export const predictor = (
  [height, width, channels]: PictureShape,
  { frames = 4 }: { readonly frames?: number } = {},
): Topology => {
  if (height % 8 !== 0 || width % 8 !== 0)
    throw new ModelError(
      'unsupported',
      `Architecture 'predictor': expected height and width divisible by 8, found ${height} x ${width}`,
    );
  return functional(
    'predictor',
    [height, width, frames * channels],
    [
      read('input', 'half', conv2d(32, { strides: 2 })),
      read('half', 'quarter', conv2d(32, { strides: 2 })),
      read('quarter', 'eighth', conv2d(48, { strides: 2 })),
      read('eighth', 'motion', conv2d(48)),
      read('motion', 'motion_up', upSampling2D()),
      concatenate('quarter', 'motion_up', 'quarter_skip'),
      read('quarter_skip', 'quarter_merged', conv2d(32)),
      read('quarter_merged', 'quarter_up', upSampling2D()),
      concatenate('half', 'quarter_up', 'half_skip'),
      read('half_skip', 'half_merged', conv2d(16)),
      read('half_merged', 'next', conv2dTranspose(channels, { kernelSize: 4, strides: 2, activation: 'sigmoid' })),
    ],
  );
};

const read = (from: string, name: string, spec: LayerSpec): FunctionalLayer => ({ ...spec, name, reads: [from] });

const concatenate = (skipped: string, upsampled: string, name: string): FunctionalLayer => ({
  name,
  className: 'Concatenate',
  config: { axis: -1 },
  reads: [skipped, upsampled],
});
