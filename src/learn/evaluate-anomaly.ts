import { readdir } from 'node:fs/promises';
import path from 'node:path';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import type { Engine } from '../core/engine.ts';
import { DataError } from '../core/errors.ts';
import type { LayersModel } from '../model/layers-model.ts';
import type { ModelCard } from '../model/model-card.ts';
import { createAnomalyScorer } from '../task/anomaly.ts';
import { errorMaps } from './calibrate-model.ts';
import { collectFootage } from './collect-footage.ts';
import { normalisePerClip, readLabels, rocAuc } from './evaluation.ts';

export interface AnomalyEvaluation {
  /** Frame-level area under the ROC curve of the live score: causal, no statistics of the test clips. */
  readonly aucRaw: number;
  /** The same after min-max normalisation of each clip, as papers report it. */
  readonly aucNormalised: number;
  /** Normal frames above the threshold, and anomalous ones: shares 0..1. */
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly clips: number;
  readonly frames: number;
  readonly msPerFrame: number;
}

/**
 * The clips of a folder in natural order: its sub-folders and videos, or the folder itself when it holds the images of
 * one clip. Throws DataError when it cannot be read or holds nothing.
 */
export const clipsIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataError('unreadable', `${folder}: expected a folder of clips`, { cause });
  });
  const clips = entries
    .filter((entry) => entry.isDirectory() || /\.(mp4|mkv|avi|mov|webm|ts)$/i.test(entry.name))
    .map((entry) => entry.name)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
  if (clips.length > 0) return new Map(clips.map((name) => [path.parse(name).name, path.join(folder, name)]));
  if (entries.length > 0) return new Map([[path.basename(folder), folder]]);
  throw new DataError('empty', `${folder}: expected folders of images or videos, found nothing`);
};

/** Scores every clip of `test` as if it came from a live camera, each from a fresh start, and compares with the labels. */
export const evaluateAnomaly = async (
  { model, card }: { readonly model: LayersModel; readonly card: ModelCard },
  { test, labels }: { readonly test: string; readonly labels: string },
  footage: FootageOptions,
  deps: { readonly engine: Engine<LayersModel>; readonly ffmpeg: Ffmpeg },
): Promise<AnomalyEvaluation> => {
  const { calibration } = card;
  if (!calibration) throw new DataError('mismatch', 'Expected a calibrated model, found one without a threshold');
  const raw = new Map<string, number[]>();
  let seconds = 0;
  for (const [name, source] of await clipsIn(test)) {
    const set = await collectFootage([source], footage, deps.ffmpeg);
    const startedAt = performance.now();
    const { maps } = await errorMaps(deps.engine, model, set);
    const scorer = createAnomalyScorer(calibration);
    raw.set(
      name,
      maps.map((map, index) => scorer.score(map, (index * 1000) / footage.fps).predScore),
    );
    seconds += (performance.now() - startedAt) / 1000;
  }

  const truth = await readLabels(labels, new Map([...raw].map(([name, scores]) => [name, scores.length])));
  const flags = [...raw.keys()].flatMap((name) => truth.get(name) ?? []);
  const scores = [...raw.values()].flat();
  const rateAbove = (flag: boolean): number => {
    const chosen = scores.filter((_, index) => flags[index] === flag);
    return chosen.filter((score) => score >= 1).length / chosen.length;
  };
  return {
    aucRaw: rocAuc(scores, flags),
    aucNormalised: rocAuc([...raw.values()].flatMap(normalisePerClip), flags),
    falsePositiveRate: rateAbove(false),
    truePositiveRate: rateAbove(true),
    clips: raw.size,
    frames: scores.length,
    msPerFrame: (1000 * seconds) / scores.length,
  };
};
