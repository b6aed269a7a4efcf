import type { AnomalyMap, Prediction } from '../core/prediction.ts';
import type { AlertEvent } from '../core/status.ts';
import type { AlertCurve, Heatmap } from './alert-media-files.ts';
import { ScoreCurve } from './score-curve.ts';
import type { ScorePoint } from './score-curve.ts';

/** How far a curve reaches back before the alert. */
const preRollMs = 30_000;
/** Scores kept for that, of a camera that is very fast. */
const maxRecent = 1200;

/** Bytes of a map: 128 is the threshold of a cell. */
const heatmapOf = ({ rows, cols, values }: AnomalyMap): Heatmap => ({
  rows,
  columns: cols,
  values: Array.from(values, (value) => Math.max(0, Math.min(255, Math.round(value * 128)))),
});

interface Course {
  readonly curve: ScoreCurve;
  heatmap: (Heatmap & { readonly at: number }) | undefined;
  isOpen: boolean;
}

/**
 * The scores of one camera around each of its alerts, and the heat map at the peak. Feed it each prediction before the
 * alerts that come of it.
 */
export class CurveRecorder {
  #recent: ScorePoint[] = [];
  /** The map of the highest score since the score rose. */
  #highest: (Heatmap & { readonly at: number; readonly score: number }) | undefined;
  /** The newest alert of each kind: one may go on after its end. */
  readonly #courses = new Map<string, Course & { readonly id: string }>();

  /** Whether an alert of the camera is open. */
  get isOpen(): boolean {
    return [...this.#courses.values()].some(({ isOpen }) => isOpen);
  }

  next({ frame: { capturedAt: at }, predScore, sceneChange = false, anomalyMap }: Prediction): void {
    if (predScore === undefined || sceneChange) return;
    const point: ScorePoint = [at, predScore];
    const surplus = this.#recent.findIndex(([each]) => each >= at - preRollMs);
    this.#recent.splice(0, Math.max(surplus, this.#recent.length - maxRecent + 1));
    this.#recent.push(point);
    const open = [...this.#courses.values()].filter(({ isOpen }) => isOpen);
    for (const { curve } of open) curve.add(point);
    if (predScore < 1 && open.length === 0) this.#highest = undefined;
    else if (anomalyMap && predScore > (this.#highest?.score ?? 0))
      this.#highest = { ...heatmapOf(anomalyMap), at, score: predScore };
  }

  /** Takes what happens to the camera's alerts; gives what is to be kept of one that begins (against a crash) or ends. */
  onAlert({ event, alert: { id, kind, peakAt, endAt } }: AlertEvent): AlertCurve | undefined {
    if (event === 'opened') this.#courses.set(kind, { id, ...this.#begin() });
    const course = this.#courses.get(kind);
    if (course?.id !== id) return undefined;
    if (event === 'deleted') {
      this.#courses.delete(kind);
      return undefined;
    }
    if (endAt === null && !course.isOpen) this.#goOn(course);
    if (kind === 'anomaly' && this.#highest?.at === peakAt) course.heatmap = this.#highest;
    course.isOpen = endAt === null;
    return event === 'updated' ? undefined : curveOf(course);
  }

  #begin(): Course {
    const curve = new ScoreCurve();
    for (const point of this.#recent) curve.add(point);
    return { curve, heatmap: undefined, isOpen: true };
  }

  /** What was between its end and its going on, as far as it is known. */
  #goOn({ curve }: Course): void {
    const last = curve.points.at(-1)?.[0] ?? -Infinity;
    for (const point of this.#recent) if (point[0] > last) curve.add(point);
  }
}

const curveOf = ({ curve, heatmap }: Course): AlertCurve => ({
  points: [...curve.points],
  ...(heatmap && { heatmap: { rows: heatmap.rows, columns: heatmap.columns, values: heatmap.values } }),
});
