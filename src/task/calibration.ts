import { DataError } from '../core/errors.ts';
import { FrameScore } from './frame-score.ts';
import type { CellStatistics } from './frame-score.ts';
import { excessExceededOncePer, fitTail } from './tail.ts';

export interface CalibrationOptions {
  readonly rows: number;
  readonly cols: number;
  /** False alarms a day the user accepts on footage like this; above 0. */
  readonly falseAlarmsPerDay: number;
  /** Frames a second of the footage. */
  readonly framesPerSecond: number;
  /** Time constant of the causal smoothing; 0 for none. */
  readonly smoothingSeconds: number;
}

/** What turns error maps of a camera into scores of which 1.0 is the threshold. Plain JSON: it goes into card.json. */
export interface Calibration extends CalibrationOptions, CellStatistics {
  /** The smoothed standardised error at which an alarm starts. */
  readonly threshold: number;
  /** Held-back frames the threshold was made from. */
  readonly frames: number;
  /** Of the smoothed standardised error on held-back footage, in the unit of the threshold. */
  readonly errorQuantiles: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

/** Held-back footage is cut into this many stretches; each is scored with the cell statistics of everything else. */
const blocks = 4;
export const leastFrames = 2 * blocks;

/** The tail is fitted above this quantile of the scores. */
const tailQuantile = 0.9;

/** Scores above the level less than this apart belong to one incident. */
const incidentGapSeconds = 2;

/** The tail is taken to rest on at least so many incidents, or half a minute of footage would allow no threshold at all. */
const fewestIncidents = 3;

/** The threshold is at least this many times the largest score seen, and at least half a standard deviation. */
const margin = 1.05;
const leastThreshold = 0.5;

/**
 * Finds the threshold of a camera from error maps (rows x cols, in time order) of normal footage the model was not
 * trained on. Peaks over threshold: the smoothed scores above their 90 % quantile u have a generalised Pareto tail
 * (shape k, scale s). Neighbouring frames are alike, so alarms are counted as incidents (runs of scores above u, Coles,
 * An Introduction to Statistical Modeling of Extreme Values, 2001, 5.3.2), not frames: with `c` incidents a day above u
 * and `f` false alarms a day allowed, threshold = u + s / k * ((c / f)^k - 1), and never below what was seen.
 * `trainingMaps` are error maps of the footage the model was trained on: they join the cell statistics, which need to have
 * seen every way through the picture, but not the threshold. Each held-back frame is scored with statistics that did not
 * see it (leave one stretch out), or the threshold would be too low.
 * Throws DataError('too-few') below 8 maps.
 */
export const calibrate = (
  errorMaps: readonly Float32Array[],
  options: CalibrationOptions,
  trainingMaps: readonly Float32Array[] = [],
): Calibration => {
  if (errorMaps.length < leastFrames) {
    throw new DataError(
      'too-few',
      `Expected at least ${leastFrames} frames to calibrate from, got ${errorMaps.length}`,
    );
  }
  const scores = heldOutScores(errorMaps, trainingMaps, options);
  const sorted = Float64Array.from(scores).sort();
  const level = quantile(sorted, tailQuantile);
  const max = quantile(sorted, 1);
  const incidents = incidentsAbove(level, scores, options.framesPerSecond);
  const tail = fitTail(
    scores.filter((score) => score > level).map((score) => score - level),
    Math.max(fewestIncidents, incidents),
  );
  const incidentsPerDay = (incidents * 86_400 * options.framesPerSecond) / scores.length;
  const expected = level + excessExceededOncePer(incidentsPerDay / options.falseAlarmsPerDay, tail);
  return {
    ...options,
    ...cellStatistics([...trainingMaps, ...errorMaps], options),
    threshold: Math.max(expected, margin * max, leastThreshold),
    frames: errorMaps.length,
    errorQuantiles: { p50: quantile(sorted, 0.5), p90: level, p99: quantile(sorted, 0.99), max },
  };
};

const heldOutScores = (
  errorMaps: readonly Float32Array[],
  trainingMaps: readonly Float32Array[],
  options: CalibrationOptions,
): number[] =>
  Array.from({ length: blocks }, (_, block) => {
    const start = Math.round((block * errorMaps.length) / blocks);
    const end = Math.round(((block + 1) * errorMaps.length) / blocks);
    const others = [...trainingMaps, ...errorMaps.slice(0, start), ...errorMaps.slice(end)];
    const score = new FrameScore(cellStatistics(others, options), options.smoothingSeconds);
    return errorMaps
      .slice(start, end)
      .map((errorMap, index) => score.next(errorMap, (index * 1000) / options.framesPerSecond));
  }).flat();

/** The floor of the deviation: the median cell's, a twentieth of the median mean, or a millionth (an error of 1/1000). */
const cellStatistics = (
  errorMaps: readonly Float32Array[],
  { rows, cols }: Pick<CalibrationOptions, 'rows' | 'cols'>,
): CellStatistics => {
  const mean = new Float64Array(rows * cols);
  const std = new Float64Array(rows * cols);
  for (const map of errorMaps)
    for (let cell = 0; cell < mean.length; cell++) mean[cell]! += map[cell]! / errorMaps.length;
  for (const map of errorMaps) {
    for (let cell = 0; cell < mean.length; cell++) std[cell]! += (map[cell]! - mean[cell]!) ** 2 / errorMaps.length;
  }
  for (let cell = 0; cell < std.length; cell++) std[cell] = Math.sqrt(std[cell]!);
  const median = (values: Float64Array): number => quantile(values.toSorted(), 0.5);
  const floor = Math.max(median(std), 0.05 * median(mean), 1e-6);
  return {
    rows,
    cols,
    cellMean: Array.from(mean, sixDigits),
    cellStd: Array.from(std, (value) => sixDigits(value + floor)),
  };
};

/** Keeps card.json readable. */
const sixDigits = (value: number): number => Number(value.toPrecision(6));

/** Linear interpolation between the order statistics. */
const quantile = (sorted: Float64Array, share: number): number => {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  return below + (position % 1) * (sorted[Math.ceil(position)]! - below);
};

const incidentsAbove = (level: number, scores: readonly number[], framesPerSecond: number): number => {
  let incidents = 0;
  let last = -Infinity;
  for (const [index, score] of scores.entries()) {
    if (score <= level) continue;
    if (index - last > incidentGapSeconds * framesPerSecond) incidents++;
    last = index;
  }
  return incidents;
};
