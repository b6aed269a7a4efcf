import { Smoothing } from './smoothing.ts';

/** How the reconstruction error of each cell of the picture is distributed on normal footage; row by row. */
export interface CellStatistics {
  readonly rows: number;
  readonly cols: number;
  readonly cellMean: readonly number[];
  /** Standard deviation with its floor added: never 0. */
  readonly cellStd: readonly number[];
}

/** The share of the cells, and the least number of them, whose mean is the score of a frame. */
const topShare = 0.05;
const topLeast = 4;

/**
 * Turns the error maps of one camera into a score. A cell's error is standardised, (error - mean) / std, and averaged
 * over its 3 x 3 neighbourhood, so that one noisy cell is not an event; the score is the mean of the highest 5 % of the
 * cells (at least 4), so that a small thing in a large picture counts; over time it is smoothed causally.
 */
export class FrameScore {
  /** The standardised, averaged cells of the newest frame; overwritten by the next. */
  readonly cells: Float32Array;
  readonly #statistics: CellStatistics;
  readonly #smoothing: Smoothing;
  readonly #scratch: Float32Array;
  readonly #top: number;
  #lastAt = 0;

  constructor(statistics: CellStatistics, smoothingSeconds: number) {
    const size = statistics.rows * statistics.cols;
    this.cells = new Float32Array(size);
    this.#scratch = new Float32Array(size);
    this.#statistics = statistics;
    this.#smoothing = new Smoothing(smoothingSeconds);
    this.#top = Math.min(size, Math.max(topLeast, Math.round(topShare * size)));
  }

  /** The smoothed score after a frame captured at `capturedAt` (ms). A gap counts as one time constant at most. */
  next(errorMap: Float32Array, capturedAt: number): number {
    const score = this.#score(errorMap);
    const seconds = (capturedAt - this.#lastAt) / 1000;
    this.#lastAt = capturedAt;
    return this.#smoothing.next(score, seconds);
  }

  #score(errorMap: Float32Array): number {
    const { rows, cols, cellMean, cellStd } = this.#statistics;
    const scratch = this.#scratch;
    if (errorMap.length !== scratch.length) {
      throw new RangeError(`Expected an error map of ${rows} x ${cols} cells, got ${errorMap.length} values`);
    }
    for (let cell = 0; cell < scratch.length; cell++) {
      scratch[cell] = (errorMap[cell]! - cellMean[cell]!) / cellStd[cell]!;
    }
    average3x3(scratch, this.cells, rows, cols);
    scratch.set(this.cells);
    scratch.sort();
    let sum = 0;
    for (let rank = scratch.length - this.#top; rank < scratch.length; rank++) sum += scratch[rank]!;
    return sum / this.#top;
  }
}

/** Mean over each cell's neighbours that lie inside the picture. */
const average3x3 = (from: Float32Array, to: Float32Array, rows: number, cols: number): void => {
  for (let row = 0; row < rows; row++) {
    const top = Math.max(0, row - 1);
    const bottom = Math.min(rows - 1, row + 1);
    for (let col = 0; col < cols; col++) {
      const left = Math.max(0, col - 1);
      const right = Math.min(cols - 1, col + 1);
      let sum = 0;
      for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) sum += from[y * cols + x]!;
      to[row * cols + col] = sum / ((bottom - top + 1) * (right - left + 1));
    }
  }
};
