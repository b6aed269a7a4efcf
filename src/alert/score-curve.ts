/** Milliseconds since the epoch, and the score then. */
export type ScorePoint = [atMs: number, score: number];

/**
 * Scores over time, bounded: when there are `maxPoints`, each two become one, and from then on a point stands for twice as
 * many scores. A point is the highest of those it stands for, so that no peak is lost.
 */
export class ScoreCurve {
  readonly #maxPoints: number;
  #points: ScorePoint[] = [];
  #stride = 1;
  #waiting: ScorePoint | undefined;
  #waited = 0;

  constructor(maxPoints = 600) {
    this.#maxPoints = maxPoints;
  }

  get points(): readonly ScorePoint[] {
    return this.#waiting ? [...this.#points, this.#waiting] : this.#points;
  }

  /** Takes the next score, in time order. */
  add(point: ScorePoint): void {
    this.#waiting = higher(this.#waiting, point);
    if (++this.#waited < this.#stride) return;
    this.#points.push(this.#waiting);
    this.#waiting = undefined;
    this.#waited = 0;
    if (this.#points.length < this.#maxPoints) return;
    this.#points = this.#points.flatMap((each, index) =>
      index % 2 === 0 ? [higher(this.#points[index + 1], each)] : [],
    );
    this.#stride *= 2;
  }
}

const higher = (one: ScorePoint | undefined, other: ScorePoint): ScorePoint => (one && one[1] > other[1] ? one : other);
