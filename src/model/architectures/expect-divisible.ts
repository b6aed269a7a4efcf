import { ModelError } from '../../core/errors.ts';
import type { PictureShape } from '../layers-model.ts';

/** Throws ModelError 'unsupported' unless both sides can be halved three times. */
export const expectDivisibleBy8 = (architecture: string, [height, width]: PictureShape): void => {
  if (height % 8 === 0 && width % 8 === 0) return;
  throw new ModelError(
    'unsupported',
    `Architecture '${architecture}': expected height and width divisible by 8, found ${height} x ${width}`,
  );
};
