import { ModelError } from '../core/errors.ts';

/** A layer that Nightjar cannot compute: names the layer, what was expected (argument first) and what was found. */
export const unsupported = (layer: string, expected: string, found: unknown): ModelError =>
  new ModelError('unsupported', `Layer '${layer}': expected ${expected}, found ${JSON.stringify(found)}`);
