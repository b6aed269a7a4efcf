import { readdir } from 'node:fs/promises';
import path from 'node:path';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { readFootage } from '../camera/read-footage.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import type { Frame } from '../core/frame.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Engine, Session } from '../core/engine.ts';
import { DataError } from '../core/errors.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { ModelCard } from '../model/model-card.ts';
import type { CameraTask } from '../task/camera-task.ts';
import { openTask } from '../task/open-task.ts';
import { incidentsAbove } from '../task/threshold.ts';
import { normalisePerClip, ratesAtThreshold, readLabels, rocAuc } from './evaluation.ts';
import { PixelRoc } from './pixel-roc.ts';
import { runTask } from './run-task.ts';

export interface AnomalyEvaluation {
  /** Frame-level area under the ROC curve of the live score: causal, no statistics of the test clips. */
  readonly aucRaw: number;
  /** The same after min-max normalisation of each clip, as papers report it. */
  readonly aucNormalised: number;
  /** Pixel-level area under the ROC curve of the heat map, where masks were given. */
  readonly pixelAuc?: number;
  /** Alarms (frames above the threshold less than 2 s apart are one) in an hour of the normal test frames. */
  readonly falseAlarmsPerHour: number;
  /** Normal frames above the threshold, and anomalous ones: shares 0..1. */
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  readonly clips: number;
  readonly frames: number;
  readonly msPerFrame: number;
}

/**
 * The clips of a folder in natural order: its sub-folders and videos, or the folder itself when it holds the images of
 * one clip; a video is one clip. Throws DataError when it cannot be read or holds nothing.
 */
export const clipsIn = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOTDIR') return undefined;
    throw new DataError('unreadable', `${folder}: expected a folder of clips`, { cause });
  });
  if (!entries) return new Map([[path.parse(folder).name, folder]]);
  const clips = entries
    .filter((entry) => entry.isDirectory() || /\.(mp4|mkv|avi|mov|webm|ts)$/i.test(entry.name))
    .map((entry) => entry.name)
    .sort(new Intl.Collator('en', { numeric: true }).compare);
  if (clips.length > 0) return new Map(clips.map((name) => [path.parse(name).name, path.join(folder, name)]));
  if (entries.length > 0) return new Map([[path.basename(folder), folder]]);
  throw new DataError('empty', `${folder}: expected folders of images or videos, found nothing`);
};

export interface ScoreDeps {
  readonly engine: Engine<CameraModel>;
  readonly ffmpeg: Ffmpeg;
  /** Told of each frame; its pixels and map are valid during the call only. */
  readonly onFrame?: (clip: string, frame: Frame, said: Partial<Pick<Prediction, 'predScore' | 'anomalyMap'>>) => void;
}

interface ScoredClips {
  /** The score of each frame of each clip. */
  readonly raw: ReadonlyMap<string, readonly number[]>;
  readonly pixelAuc?: number;
  readonly seconds: number;
}

/** Scores every clip of `test` as if it came from a live camera, each from a fresh start. */
export const scoreClips = async (
  { model, card }: { readonly model: CameraModel; readonly card: ModelCard },
  { test, masks }: { readonly test: string; readonly masks?: string | undefined },
  footage: FootageOptions,
  deps: ScoreDeps,
): Promise<ScoredClips> => {
  const clips = [...(await clipsIn(test))];
  const raw = new Map<string, number[]>();
  const pixels = masks === undefined ? undefined : new PixelRoc();
  const session = await deps.engine.load(model);
  let seconds = 0;
  try {
    for (const [name, source] of clips) {
      const task = openTask(card, initialState(model));
      if (!task) throw new DataError('mismatch', 'Expected a calibrated model, found one without a threshold');
      const truth =
        masks === undefined
          ? undefined
          : readFootage(path.join(masks, name), { ...footage, format: 'gray' }, deps.ffmpeg);
      const clip = { name, frames: readFootage(source, footage, deps.ffmpeg), truth };
      const scored = await scoreClip(session, task, clip, footage, { pixels, onFrame: deps.onFrame });
      raw.set(name, scored.scores);
      seconds += scored.seconds;
    }
  } finally {
    await session.release();
  }
  return { raw, seconds, ...(pixels && { pixelAuc: pixels.auc() }) };
};

/** Scores every clip of `test` as if it came from a live camera, and compares with the labels. */
export const evaluateAnomaly = async (
  learned: { readonly model: CameraModel; readonly card: ModelCard },
  data: { readonly test: string; readonly labels: string; readonly masks?: string | undefined },
  footage: FootageOptions,
  deps: ScoreDeps,
): Promise<AnomalyEvaluation> => {
  const { raw, seconds, pixelAuc } = await scoreClips(learned, data, footage, deps);
  const truth = await readLabels(data.labels, new Map([...raw].map(([name, scores]) => [name, scores.length])));
  const flags = [...raw.keys()].flatMap((name) => truth.get(name) ?? []);
  const scores = [...raw.values()].flat();
  const normal = scores.filter((_, index) => !flags[index]);
  return {
    aucRaw: rocAuc(scores, flags),
    aucNormalised: rocAuc([...raw.values()].flatMap(normalisePerClip), flags),
    ...(pixelAuc !== undefined && { pixelAuc }),
    ...ratesAtThreshold(scores, flags),
    falseAlarmsPerHour: (3600 * footage.fps * incidentsAbove(1, normal, footage.fps)) / normal.length,
    clips: raw.size,
    frames: scores.length,
    msPerFrame: (1000 * seconds) / scores.length,
  };
};

interface Clip {
  readonly name: string;
  readonly frames: AsyncGenerator<Frame>;
  /** Masks, one a frame. */
  readonly truth: AsyncGenerator<Frame> | undefined;
}

/** The score of each frame, and the seconds that scoring took. What the heat maps are worth goes into `pixels`. */
const scoreClip = async (
  session: Session,
  task: CameraTask,
  { name, frames, truth }: Clip,
  footage: FootageOptions,
  { pixels, onFrame }: { readonly pixels: PixelRoc | undefined; readonly onFrame: ScoreDeps['onFrame'] },
): Promise<{ readonly scores: number[]; readonly seconds: number }> => {
  const scores: number[] = [];
  let seconds = 0;
  try {
    for await (const frame of frames) {
      const timed = { ...frame, capturedAt: (scores.length * 1000) / footage.fps };
      const startedAt = performance.now();
      const { predScore = 0, anomalyMap } = await runTask(session, task, timed);
      seconds += (performance.now() - startedAt) / 1000;
      scores.push(predScore);
      onFrame?.(name, timed, { predScore, ...(anomalyMap && { anomalyMap }) });
      frame.release();
      const mask = await truth?.next();
      if (!mask || !anomalyMap) continue;
      if (mask.done)
        throw new DataError(
          'mismatch',
          `Clip ${name}: expected a mask for each frame, found fewer than ${scores.length}`,
        );
      pixels?.add(anomalyMap, mask.value.data, footage);
      mask.value.release();
    }
    if (truth && !(await truth.next()).done)
      throw new DataError(
        'mismatch',
        `Clip ${name}: expected a mask for each of its ${scores.length} frames, found more`,
      );
  } finally {
    // Ends the ffmpeg behind masks that were not all read.
    await truth?.return(undefined);
  }
  return { scores, seconds };
};
