import { denoiserHeads } from '../architectures/denoiser.ts';
import { initialWeights } from '../initial-weights.ts';
import type { Topology, Weight } from '../layers-model.ts';

/** Where training begins: the average is hardly ever reset, little is smoothed, the residual begins at 0. */
const beginnings = [-2.5, 0, -1];

/** Keras's initial weights, but for the bias of the last layer. The same seed gives the same weights. */
export const untrainedDenoiser = (topology: Topology, seed: number): Weight[] => {
  const weights = initialWeights(topology, seed);
  const heads = weights.at(-1)!;
  return [...weights.slice(0, -1), { ...heads, data: heads.data.map((_, at) => beginnings[at % denoiserHeads]!) }];
};
