import { sizeOf } from '../../core/tensor.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import { dense as denseLayer, flatten, reshape, sequential } from './sequential.ts';

/** The deep, fully connected autoencoder of the lecture, for small pictures of any size. */
export const dense = (shape: PictureShape): Topology =>
  sequential('dense', shape, [
    flatten(),
    denseLayer(128),
    denseLayer(64),
    denseLayer(32),
    denseLayer(64),
    denseLayer(128),
    denseLayer(sizeOf(shape), 'sigmoid'),
    reshape(shape),
  ]);
