import { ModelError } from '../../core/errors.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import { conv2d, maxPooling2D, sequential, upSampling2D } from './sequential.ts';

/**
 * The undercomplete convolutional autoencoder of the lecture and of https://blog.keras.io/building-autoencoders-in-keras.html.
 * Pooling rounds up, so a side that leaves 4 after division by 8 (28 -> 14 -> 7 -> 4) comes back 4 too long; there the
 * third convolution of the decoder is a 'valid' one (16 -> 14 -> 28).
 */
export const convolutional = (shape: PictureShape): Topology => {
  const [height, width, channels] = shape;
  const rest = height % 8;
  if (rest !== width % 8 || (rest !== 0 && rest !== 4) || Math.min(height, width) < 8)
    throw new ModelError(
      'unsupported',
      `Architecture 'convolutional': expected height and width divisible by 8 (or both by 4 and not by 8, such as 28), found ${height} x ${width}`,
    );
  return sequential('convolutional', shape, [
    conv2d(64),
    maxPooling2D(),
    conv2d(32),
    maxPooling2D(),
    conv2d(8),
    maxPooling2D(),
    conv2d(8),
    upSampling2D(),
    conv2d(32),
    upSampling2D(),
    conv2d(64, { padding: rest === 4 ? 'valid' : 'same' }),
    upSampling2D(),
    conv2d(channels, { activation: 'sigmoid' }),
  ]);
};
