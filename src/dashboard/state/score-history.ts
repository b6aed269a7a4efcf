/** A score at a time in milliseconds since the epoch; 1.0 is the threshold. */
export type ScorePoint = readonly [time: number, score: number];

/** A pause longer than this is a gap in the curve. */
const gapMs = 5_000;

/** The scores of the last `spanMs`. */
export class ScoreHistory {
  readonly #spanMs: number;
  #points: ScorePoint[] = [];

  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  get points(): readonly ScorePoint[] {
    return this.#points;
  }

  /** Times never go back, unless the server's clock was set: then what was is forgotten. */
  add(time: number, score: number): void {
    if (time < (this.#points.at(-1)?.[0] ?? time)) this.#points = [];
    this.#points.push([time, score]);
    // Now and then, not with every point.
    if ((this.#points[0]?.[0] ?? time) < time - 1.1 * this.#spanMs) this.#forgetBefore(time - this.#spanMs);
  }

  #forgetBefore(time: number): void {
    const first = this.#points.findIndex(([at]) => at >= time);
    this.#points = first < 0 ? [] : this.#points.slice(first);
  }
}

/** As uPlot takes it: seconds, and scores with a null in every gap. */
export const columnsOf = (points: readonly ScorePoint[], pauseMs = gapMs): [number[], (number | null)[]] => {
  const times: number[] = [];
  const scores: (number | null)[] = [];
  let before: number | undefined;
  for (const [time, score] of points) {
    if (before !== undefined && time - before > pauseMs) {
      times.push((before + time) / 2000);
      scores.push(null);
    }
    times.push(time / 1000);
    scores.push(score);
    before = time;
  }
  return [times, scores];
};

/** The top of the score axis: the threshold 1.0 always stays in the upper half and never at the edge. */
export const axisTop = (highest: number): number => Math.max(1.5, highest * 1.1);
