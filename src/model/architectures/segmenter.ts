import { ModelError } from '../../core/errors.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import { concatenate, functional, read } from './functional.ts';
import { conv2d, conv2dTranspose, upSampling2D } from './sequential.ts';

/**
 * From a picture to one of the same shape that says how sure each pixel is marked, 0..1: an encoder-decoder of four
 * strides with three skip connections (Ronneberger et al. 2015, U-Net, https://arxiv.org/abs/1505.04597), 139 thousand
 * weights. Each pixel sees more than a hundred around it. Throws ModelError 'unsupported' unless both sides are divisible
 * by 16.
 */
export const segmenter = (shape: PictureShape): Topology => {
  const [height, width, channels] = shape;
  if (height % 16 !== 0 || width % 16 !== 0)
    throw new ModelError(
      'unsupported',
      `Architecture 'segmenter': expected height and width divisible by 16, found ${height} x ${width}`,
    );
  return functional('segmenter', shape, [
    read('input', 'half', conv2d(32, { strides: 2 })),
    read('half', 'quarter', conv2d(32, { strides: 2 })),
    read('quarter', 'eighth', conv2d(48, { strides: 2 })),
    read('eighth', 'sixteenth', conv2d(48, { strides: 2 })),
    read('sixteenth', 'surroundings', conv2d(48)),
    read('surroundings', 'surroundings_up', upSampling2D()),
    concatenate(['eighth', 'surroundings_up'], 'eighth_skip'),
    read('eighth_skip', 'eighth_merged', conv2d(48)),
    read('eighth_merged', 'eighth_up', upSampling2D()),
    concatenate(['quarter', 'eighth_up'], 'quarter_skip'),
    read('quarter_skip', 'quarter_merged', conv2d(32)),
    read('quarter_merged', 'quarter_up', upSampling2D()),
    concatenate(['half', 'quarter_up'], 'half_skip'),
    read('half_skip', 'half_merged', conv2d(16)),
    read('half_merged', 'marked', conv2dTranspose(channels, { kernelSize: 4, strides: 2, activation: 'sigmoid' })),
  ]);
};
