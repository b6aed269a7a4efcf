import type { LearningRecord } from '../model/learning-record.ts';
import { survivalOf } from '../task/tail.ts';
import { tailQuantile } from '../task/threshold.ts';
import type { Threshold } from '../task/threshold.ts';
import { plot, short } from './svg.ts';
import type { Mark, Point } from './svg.ts';

const most = (values: readonly number[], atLeast = -Infinity): number =>
  values.reduce((a, b) => Math.max(a, b), atLeast);
const least = (values: readonly number[], atMost = Infinity): number => values.reduce((a, b) => Math.min(a, b), atMost);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Training and held-back loss over the steps. */
export const lossPlot = (history: LearningRecord['history']): string => {
  const losses = history.flatMap(({ loss, validationLoss }) => [loss, validationLoss]).filter((loss) => loss > 0);
  const best = history.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
  const line = (name: 'loss' | 'validationLoss', color: string): Mark => ({
    type: 'line',
    color,
    points: history.map((entry): Point => [entry.step, entry[name]]),
  });
  return plot({
    title: 'Loss while learning',
    text: `After ${history.at(-1)!.step} steps. The best loss on footage held back from training, ${short(best.validationLoss)}, came at step ${best.step}: those weights were kept.`,
    x: { label: 'training step', min: 0, max: history.at(-1)!.step },
    y: { label: 'loss', min: least(losses, 1) / 1.2, max: most(losses, 1e-9) * 1.2, log: true },
    marks: [line('loss', 'first'), line('validationLoss', 'second')],
    legend: [
      ['first', 'training'],
      ['second', 'held back'],
    ],
  });
};

const bars = 40;

/** How often normal footage has which score. Scores are in units of the threshold. */
export const histogram = (scores: readonly number[]): string => {
  const min = least(scores, 0);
  const max = most(scores, 1.1) * 1.001;
  const counts = Array.from({ length: bars }, () => 0);
  for (const score of scores) counts[Math.floor(((score - min) / (max - min)) * bars)]!++;
  const above = scores.filter((score) => score >= 1).length;
  return plot({
    title: 'Scores of normal footage',
    text: `${scores.length} held-back frames, scored by the finished model; ${above} of them are at or above the threshold 1. The count is on a logarithmic axis, so that rare scores are seen.`,
    x: { label: 'score (1 = threshold)', min, max },
    y: { label: 'frames', min: 0.5, max: 1.3 * most(counts, 1), log: true },
    marks: [
      { type: 'bars', edges: Array.from({ length: bars + 1 }, (_, bar) => min + (bar * (max - min)) / bars), counts },
      { type: 'rule', across: 'x', at: 1, label: 'threshold' },
    ],
  });
};

/** The share of the scores above each score, as it was and as the fitted tail goes on. */
export const survivalPlot = (
  scores: readonly number[],
  { threshold, errorQuantiles: { p90 }, tail }: Pick<Threshold, 'threshold' | 'errorQuantiles' | 'tail'>,
): string => {
  const sorted = scores.toSorted((a, b) => b - a);
  const level = p90 / threshold;
  const max = most(scores, 1.1);
  const seen = sorted.map((score, rank): Point => [score, (rank + 1) / sorted.length]);
  const excess = (score: number): number => threshold * (score - level);
  const fitted = Array.from({ length: 101 }, (_, index): Point => {
    const score = level + (index / 100) * (max - level);
    return [score, (1 - tailQuantile) * survivalOf(excess(score), tail!)];
  });
  const isFitted = tail !== undefined && tail.scale > 0;
  const min = Math.max(1e-9, Math.min(0.5 / sorted.length, ...(isFitted ? fitted.map(([, share]) => share) : [])));
  return plot({
    title: 'The rare ones, and the fitted tail',
    text: isFitted
      ? `Above the level u = ${short(level)}, which one frame in ten exceeds, the tail is generalised Pareto with shape ${short(tail.shape)} and scale ${short(tail.scale / threshold)}. It rests on ${short(tail.incidentsPerDay)} incidents a day above u; ${short(tail.incidentsPerDay * survivalOf(excess(1), tail))} a day are expected above the threshold.`
      : 'The share of the held-back frames above each score. This model has no fitted tail on its card.',
    x: { label: 'score (1 = threshold)', min: least(scores, 0), max },
    y: { label: 'share of frames above', min, max: 1, log: true },
    marks: [
      { type: 'line', color: 'first', points: seen },
      ...(isFitted ? [{ type: 'line', color: 'second', points: fitted } as const] : []),
      { type: 'rule', across: 'x', at: 1, label: 'threshold' },
    ],
    legend: [['first', 'held-back frames'], ...(isFitted ? [['second', 'fitted tail'] as const] : [])],
  });
};

/** More points than this cannot be told apart on a screen. */
const mostPoints = 1000;

/** The score of one frame after the other; `flags` shades those that are labelled. Each drawn point is the highest of its stretch. */
export const scorePlot = (title: string, scores: readonly number[], flags: readonly boolean[] = []): string => {
  const stretch = Math.ceil(scores.length / mostPoints);
  const points = Array.from({ length: Math.ceil(scores.length / stretch) }, (_, index): Point => {
    const from = index * stretch;
    return [from, most(scores.slice(from, from + stretch))];
  });
  const bands: Mark[] = [];
  for (let from = flags.indexOf(true); from >= 0;) {
    const end = flags.indexOf(false, from);
    bands.push({ type: 'band', from, to: end < 0 ? flags.length : end });
    from = end < 0 ? -1 : flags.indexOf(true, end);
  }
  return plot({
    title,
    text: `${scores.length} frames, highest score ${short(most(scores))}, ${scores.filter((score) => score >= 1).length} frames at or above the threshold.${bands.length > 0 ? ' Shaded frames are labelled anomalous.' : ''}`,
    x: { label: 'frame', min: 0, max: Math.max(1, scores.length) },
    y: { label: 'score (1 = threshold)', min: least(scores, 0), max: most(scores, 1.1) * 1.05 },
    marks: [
      ...bands,
      { type: 'line', color: 'first', points },
      { type: 'rule', across: 'y', at: 1, label: 'threshold' },
    ],
  });
};

/** The ROC curve; `atThreshold` is what the threshold of the model makes of it. */
export const rocPlot = (curve: readonly Point[], auc: number, [falseRate, trueRate]: Point): string =>
  plot({
    title: `ROC curve, AUC ${percent(auc)}`,
    text: `Each point is a threshold one could choose. At the threshold of this model ${percent(trueRate)} of the anomalous and ${percent(falseRate)} of the normal frames are above it.`,
    x: { label: 'normal frames above', min: 0, max: 1 },
    y: { label: 'anomalous frames above', min: 0, max: 1 },
    marks: [
      { type: 'line', color: 'chance', points: [[0, 0], [1, 1]] }, // prettier-ignore
      { type: 'line', color: 'first', points: curve },
    ],
    legend: [
      ['first', 'this model'],
      ['chance', 'chance'],
    ],
  });
