import { ModelError } from '../../core/errors.ts';
import type { PictureShape, Topology } from '../layers-model.ts';
import { convolutional } from './convolutional.ts';
import { dense } from './dense.ts';
import { motion } from './motion.ts';
import { predictor } from './predictor.ts';
import { recurrent } from './recurrent.ts';
import { strided } from './strided.ts';

const architectures = { motion, convolutional, strided, dense, recurrent, predictor };
export type ArchitectureName = keyof typeof architectures;
export const architectureNames = Object.keys(architectures) as readonly ArchitectureName[];

/** A named model for pictures of `shape`. Throws ModelError 'unsupported' with the valid names or sizes. */
export const architecture = (name: string, shape: PictureShape): Topology => {
  const known = architectureNames.find((candidate) => candidate === name);
  if (known) return architectures[known](shape);
  throw new ModelError(
    'unsupported',
    `Expected an architecture among ${architectureNames.join(', ')}, found '${name}'`,
  );
};
