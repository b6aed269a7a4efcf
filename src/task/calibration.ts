import { DataError } from '../core/errors.ts';
import { FrameScore } from './frame-score.ts';
import type { CellStatistics } from './frame-score.ts';
import { quantile, thresholdOf } from './threshold.ts';
import type { Threshold, ThresholdOptions } from './threshold.ts';

export interface CalibrationOptions extends Omit<ThresholdOptions, 'minSeconds'> {
  readonly rows: number;
  readonly cols: number;
  /** Time constant of the causal smoothing; 0 for none. */
  readonly smoothingSeconds: number;
}

/** What turns error maps of a camera into scores of which 1.0 is the threshold. Plain JSON: it goes into card.json. */
export interface Calibration extends CalibrationOptions, CellStatistics, Threshold {}

/** Held-back footage is cut into this many stretches; each is scored with the cell statistics of everything else. */
const blocks = 4;
export const leastFrames = 2 * blocks;

/**
 * Finds the threshold of a camera from error maps (rows x cols, in time order) of normal footage the model was not
 * trained on, by `thresholdOf` of the smoothed scores.
 * `trainingMaps` are error maps of the footage the model was trained on: they join the cell statistics, which need to have
 * seen every way through the picture, but not the threshold. Each held-back frame is scored with statistics that did not
 * see it (leave one stretch out), or the threshold would be too low.
 * Throws DataError('too-few') below 8 maps.
 */
export const calibrate = (
  errorMaps: readonly Float32Array[],
  options: CalibrationOptions,
  trainingMaps: readonly Float32Array[] = [],
  minSeconds = 0,
): Calibration => {
  if (errorMaps.length < leastFrames) {
    throw new DataError(
      'too-few',
      `Expected at least ${leastFrames} frames to calibrate from, got ${errorMaps.length}`,
    );
  }
  const scores = heldOutScores(errorMaps, trainingMaps, options);
  return {
    ...options,
    ...cellStatistics([...trainingMaps, ...errorMaps], options),
    ...thresholdOf(scores, { ...options, minSeconds }),
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
