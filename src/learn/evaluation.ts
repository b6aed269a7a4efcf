import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { DataError } from '../core/errors.ts';

/**
 * Area under the ROC curve, 0..1: the probability that an anomalous frame (label true) scores higher than a normal one,
 * ties counting half (Mann & Whitney 1947). Throws DataError('too-few') unless there are frames of both kinds.
 */
export const rocAuc = (scores: readonly number[], labels: readonly boolean[]): number => {
  if (scores.length !== labels.length) {
    throw new DataError('mismatch', `Expected a label for each of the ${scores.length} scores, got ${labels.length}`);
  }
  const anomalous = labels.filter(Boolean).length;
  const normal = labels.length - anomalous;
  if (anomalous === 0 || normal === 0) {
    throw new DataError('too-few', `Expected normal and anomalous frames, got ${normal} and ${anomalous}`);
  }
  const order = scores.map((_, index) => index).sort((a, b) => scores[a]! - scores[b]!);
  let rankSum = 0;
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && scores[order[end]!] === scores[order[first]!]) end++;
    const meanRank = (first + 1 + end) / 2;
    for (; first < end; first++) if (labels[order[first]!]) rankSum += meanRank;
  }
  return (rankSum - (anomalous * (anomalous + 1)) / 2) / (anomalous * normal);
};

/** Shares of the normal and of the anomalous frames whose score is at the threshold, 1, or above it. */
export const ratesAtThreshold = (
  scores: readonly number[],
  labels: readonly boolean[],
): { readonly falsePositiveRate: number; readonly truePositiveRate: number } => {
  const rateOf = (label: boolean): number => {
    const chosen = scores.filter((_, index) => labels[index] === label);
    return chosen.filter((score) => score >= 1).length / chosen.length;
  };
  return { falsePositiveRate: rateOf(false), truePositiveRate: rateOf(true) };
};

/** The ROC curve: shares of the normal and of the anomalous frames at or above each score, from (0, 0) to (1, 1). */
export const rocCurve = (scores: readonly number[], labels: readonly boolean[]): [number, number][] => {
  const anomalous = labels.filter(Boolean).length;
  const normal = labels.length - anomalous;
  const order = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!);
  const curve: [number, number][] = [[0, 0]];
  const above = { normal: 0, anomalous: 0 };
  for (const [rank, place] of order.entries()) {
    above[labels[place] ? 'anomalous' : 'normal']++;
    if (scores[place] !== scores[order[rank + 1]!]) curve.push([above.normal / normal, above.anomalous / anomalous]);
  }
  return curve;
};

/**
 * The scores of one clip brought to 0..1 by its own minimum and maximum, as published figures do (Hasan et al., CVPR
 * 2016). It needs the whole clip, so a live system cannot; report it beside the raw score's figure, never instead.
 */
export const normalisePerClip = (scores: readonly number[]): number[] => {
  const least = scores.reduce((a, b) => Math.min(a, b), Infinity);
  const range = scores.reduce((a, b) => Math.max(a, b), -Infinity) - least;
  return scores.map((score) => (range > 0 ? (score - least) / range : 0));
};

const range = z
  .tuple([z.int().min(1), z.int().min(1)])
  .refine(([first, last]) => first <= last, 'the first frame of a range is after its last');
const labelFile = z.object({
  clips: z.record(z.string(), z.union([range.transform((one) => [one]), z.array(range)])),
});

/**
 * Reads which frames are anomalous: {"clips": {"01": [61, 180], "02": [[5, 9], [30, 40]], "03": []}}, ranges of frame
 * numbers that count from 1 and include both ends. Gives a label for each frame of each clip in `frameCounts`.
 * Throws DataError: 'unreadable' for a file that is none, 'mismatch' when clips or frames do not fit it.
 */
export const readLabels = async (
  file: string,
  frameCounts: ReadonlyMap<string, number>,
): Promise<Map<string, boolean[]>> => {
  const { clips } = await parseLabels(file);
  const problems = [
    ...Object.keys(clips).flatMap((clip) => (frameCounts.has(clip) ? [] : [`clip ${clip} has labels but no frames`])),
    ...[...frameCounts.keys()].flatMap((clip) => (clip in clips ? [] : [`clip ${clip} has frames but no labels`])),
    ...[...frameCounts].flatMap(([clip, count]) =>
      (clips[clip] ?? []).flatMap(([first, last]) =>
        last > count ? [`clip ${clip} has ${count} frames, but frames ${first} to ${last} are labelled`] : [],
      ),
    ),
  ];
  if (problems.length > 0) throw new DataError('mismatch', `${file}: ${problems.join('; ')}`);
  return new Map(
    [...frameCounts].map(([clip, count]) => [
      clip,
      Array.from({ length: count }, (_, index) =>
        (clips[clip] ?? []).some(([first, last]) => index + 1 >= first && index + 1 <= last),
      ),
    ]),
  );
};

const parseLabels = async (file: string): Promise<z.infer<typeof labelFile>> => {
  try {
    return labelFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new DataError('unreadable', `${file}: not a file of labels: ${reason}`, { cause });
  }
};
