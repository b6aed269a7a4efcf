/** Where the threshold 1.0 stands on the scale. */
const thresholdPlace = 0.6;

/**
 * Where a score stands on a scale from 0 to 1: evenly up to the threshold, then ever closer to the end, so that any score
 * has its place and the threshold always stands at the same.
 */
export const scalePlace = (score: number): number => {
  if (score <= 1) return thresholdPlace * Math.max(0, score);
  return thresholdPlace + (1 - thresholdPlace) * (1 - 1 / score);
};
