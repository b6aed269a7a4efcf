/** The excess y over a high level as generalised Pareto: P(Y > y) = (1 + shape * y / scale) ^ (-1 / shape). */
export interface Tail {
  readonly shape: number;
  readonly scale: number;
}

/** A fitted shape is kept in this range: a tail that looks bounded (shape < 0) is taken as exponential. */
const shapes = { least: 0, most: 0.25 };

/**
 * Fits excesses (all >= 0) by probability-weighted moments: a0 = mean, a1 = mean of (1 - p_j) x_(j) with
 * p_j = (j - 0.35) / n; shape = 2 - a0 / (a0 - 2 a1). After clamping, the scale keeps the mean: a0 (1 - shape).
 * Source: Hosking & Wallis, Parameter and quantile estimation for the generalized Pareto distribution,
 * Technometrics 29 (1987) 339-349. Chosen over maximum likelihood because it always exists and is good at n < 500.
 *
 * What few events say about rare ones is uncertain: an exponential tail whose scale comes from n independent excesses has
 * a Pareto predictive distribution with shape 1 / n (Gelman et al., Bayesian Data Analysis, 2.6: gamma prior, exponential
 * data). So the shape is at least 1 / `independent`: short footage gives a careful threshold, long footage a sharp one.
 */
export const fitTail = (excesses: readonly number[], independent: number): Tail => {
  const sorted = Float64Array.from(excesses).sort();
  let a0 = 0;
  let a1 = 0;
  for (const [index, excess] of sorted.entries()) {
    a0 += excess / sorted.length;
    a1 += ((1 - (index + 0.65) / sorted.length) * excess) / sorted.length;
  }
  if (a0 === 0) return { shape: 0, scale: 0 };
  const shape = Math.min(Math.max(2 - a0 / (a0 - 2 * a1), shapes.least), shapes.most);
  return { shape: Math.max(shape, 1 / independent), scale: a0 * (1 - shape) };
};

/** P(Y > excess), the inverse of `excessExceededOncePer`; `scale` is above 0. */
export const survivalOf = (excess: number, { shape, scale }: Tail): number =>
  shape < leastShape ? Math.exp(-excess / scale) : (1 + (shape * excess) / scale) ** (-1 / shape);

/** Below it the tail is computed as exponential, its limit. */
const leastShape = 1e-6;

/** The excess that one in `count` excesses is above (0 for count <= 1). */
export const excessExceededOncePer = (count: number, { shape, scale }: Tail): number =>
  count <= 1 ? 0 : shape < leastShape ? scale * Math.log(count) : (scale / shape) * (count ** shape - 1);
