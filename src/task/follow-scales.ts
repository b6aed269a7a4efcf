/** The scales are the 99 % quantiles of the channels' scores. */
const share = 0.01;
/** How fast a scale may move: of its logarithm, a second. */
const rate = 0.002;
/** How far it may get from its calibrated value, as a factor. */
const factors = { least: 0.7, most: 2.5 };

/**
 * Recalibration without retraining: each scale follows the 99 % quantile of its channel by stochastic approximation
 * (Robbins & Monro 1951): up by rate * (1 - share) when the score is above it, down by rate * share when below, in
 * logarithms. An hour in which 5 % of the frames are above raises it by a third; a minute of anomaly by a tenth at most.
 */
export const followScales = (
  calibrated: readonly number[],
): { readonly values: readonly number[]; next(scores: Float32Array, seconds: number): void } => {
  const values = [...calibrated];
  return {
    values,
    next(scores, seconds) {
      for (const [channel, start] of calibrated.entries()) {
        const value = values[channel]!;
        const step = seconds * rate * (scores[channel]! > value ? 1 - share : -share);
        values[channel] = Math.min(Math.max(value * Math.exp(step), factors.least * start), factors.most * start);
      }
    },
  };
};
