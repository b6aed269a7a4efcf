import { excessExceededOncePer, fitTail } from './tail.ts';
import type { Tail } from './tail.ts';

export interface ThresholdOptions {
  /** False alarms a day the user accepts on footage like this; above 0. */
  readonly falseAlarmsPerDay: number;
  /** Frames a second of the footage. */
  readonly framesPerSecond: number;
  /** How long a score must stay above the threshold before it alarms; 0 by default. */
  readonly minSeconds?: number | undefined;
}

/** A threshold, and the scores of normal footage that it was made from. Plain JSON: it goes into card.json. */
export interface Threshold {
  /** The smoothed score at which an alarm starts. */
  readonly threshold: number;
  /** Frames the threshold was made from. */
  readonly frames: number;
  /** Above the 90 % quantile, and the incidents a day that rise above it; absent in cards of older models. */
  readonly tail?: (Tail & { readonly incidentsPerDay: number }) | undefined;
  /** Of their smoothed scores, in the unit of the threshold. */
  readonly errorQuantiles: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** The tail is fitted above this quantile of the scores. */
export const tailQuantile = 0.9;

/** Scores above the level less than this apart belong to one incident. */
const incidentGapSeconds = 2;

/** The tail is taken to rest on at least so many incidents, or half a minute of footage would allow no threshold at all. */
const fewestIncidents = 3;

/**
 * Minutes of footage stand for every hour of the day: in other light the same life scores higher by so much, after the
 * scales have followed it (measured in the simulator: learned at ten, watched until midnight).
 */
const otherHours = 1.1;

/** The threshold is at least this many times the largest score seen, and at least this much. */
const margin = 1.05;
const leastThreshold = 0.5;

/**
 * The threshold for smoothed scores (in time order) of normal footage the model was not trained on. Peaks over threshold:
 * the scores above their 90 % quantile u have a generalised Pareto tail (shape k, scale s). Neighbouring frames are alike,
 * so alarms are counted as incidents (runs of scores above u, Coles, An Introduction to Statistical Modeling of Extreme
 * Values, 2001, 5.3.2), not frames: with `c` incidents a day above u and `f` false alarms a day allowed,
 * threshold = 1.1 * (u + s / k * ((c / f)^k - 1)), and never below what was seen. Only what lasts for `minSeconds` alarms,
 * so each score counts as the least of that time: a flash of one frame does not raise the threshold.
 */
export const thresholdOf = (
  scores: readonly number[],
  { falseAlarmsPerDay, framesPerSecond, minSeconds = 0 }: ThresholdOptions,
): Threshold => {
  const lasting = leastOf(scores, Math.floor(minSeconds * framesPerSecond) + 1);
  const { level, incidents, tail } = tailOf(lasting, framesPerSecond);
  const sorted = Float64Array.from(lasting).sort();
  const max = quantile(sorted, 1);
  const incidentsPerDay = (incidents * 86_400 * framesPerSecond) / scores.length;
  const expected = otherHours * (level + excessExceededOncePer(incidentsPerDay / falseAlarmsPerDay, tail));
  return {
    threshold: Math.max(expected, margin * max, leastThreshold),
    frames: scores.length,
    tail: { ...tail, incidentsPerDay },
    errorQuantiles: { p50: quantile(sorted, 0.5), p90: level, p99: quantile(sorted, 0.99), max },
  };
};

/** The least of each score and those before it, `frames` together. */
export const leastOf = (scores: readonly number[], frames: number): number[] =>
  scores.map((_, index) => Math.min(...scores.slice(Math.max(0, index - frames + 1), index + 1)));

/** The generalised Pareto tail of the scores above their 90 % quantile, and the incidents it rests on. */
const tailOf = (
  scores: readonly number[],
  framesPerSecond: number,
): { readonly level: number; readonly incidents: number; readonly tail: Tail } => {
  const level = quantileOf(scores, tailQuantile);
  const incidents = incidentsAbove(level, scores, framesPerSecond);
  const excesses = scores.filter((score) => score > level).map((score) => score - level);
  return { level, incidents, tail: fitTail(excesses, Math.max(fewestIncidents, incidents)) };
};

/** Linear interpolation between the order statistics. */
export const quantile = (sorted: Float64Array, share: number): number => {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  return below + (position % 1) * (sorted[Math.ceil(position)]! - below);
};

/** The same of values in any order. */
export const quantileOf = (values: Iterable<number>, share: number): number =>
  quantile(Float64Array.from(values).sort(), share);

/** Runs of scores above `level`; those less than 2 s apart are one. */
export const incidentsAbove = (level: number, scores: readonly number[], framesPerSecond: number): number => {
  let incidents = 0;
  let last = -Infinity;
  for (const [index, score] of scores.entries()) {
    if (score <= level) continue;
    if (index - last > incidentGapSeconds * framesPerSecond) incidents++;
    last = index;
  }
  return incidents;
};
