import { excessExceededOncePer, fitTail } from '../task/tail.ts';
import type { Tail } from '../task/tail.ts';
import { quantile, tailQuantile } from '../task/threshold.ts';

/** How scores are distributed. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Of at least one score. */
export const distributionOf = (scores: readonly number[]): Distribution => {
  const sorted = Float64Array.from(scores).sort();
  const mean = sorted.reduce((sum, score) => sum + score, 0) / sorted.length;
  const variance = sorted.reduce((sum, score) => sum + (score - mean) ** 2, 0) / sorted.length;
  return {
    count: sorted.length,
    mean,
    std: Math.sqrt(variance),
    p50: quantile(sorted, 0.5),
    p90: quantile(sorted, tailQuantile),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
  };
};

export interface OutlierThreshold {
  /** What the fitted tail lets one in `oncePer` normal images exceed. */
  readonly threshold: number;
  readonly oncePer: number;
  readonly tail: Tail;
}

/**
 * Peaks over threshold for images, which are independent of each other: the scores of held-back normal ones above their
 * 90 % quantile u have a generalised Pareto tail, so that one in `oncePer` images exceeds u + excess(oncePer / 10).
 */
export const outlierThreshold = (scores: readonly number[], oncePer: number): OutlierThreshold => {
  const { p90 } = distributionOf(scores);
  const excesses = scores.filter((score) => score > p90).map((score) => score - p90);
  const tail = fitTail(excesses, Math.max(1, excesses.length));
  return { threshold: p90 + excessExceededOncePer(oncePer * (1 - tailQuantile), tail), oncePer, tail };
};
