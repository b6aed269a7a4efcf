import { createHash } from 'node:crypto';

import type { Engine } from '../core/engine.ts';
import { DataError, ModelError } from '../core/errors.ts';
import type { LearningProgress, TaskName } from '../core/status.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialWeights } from '../model/initial-weights.ts';
import { saveModel } from '../model/model-folder.ts';
import type { ModelCard } from '../model/model-card.ts';
import { leastFrames } from '../task/calibration.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { colouredPart, colourFrames } from './colour-footage.ts';
import { holdBack } from './data-set.ts';
import type { DataSet, Parts } from './data-set.ts';
import { fit, heldBackLossOf } from './fit.ts';
import type { FitResult } from './fit.ts';
import { learningOf } from './learning.ts';
import type { Learning } from './learning.ts';
import { recordLearning } from './record-learning.ts';
import { fittingModel, untrained, withNormal } from './relearn.ts';
import type { PreviousModel, Start } from './relearn.ts';

export interface LearnOptions {
  readonly task: TaskName;
  /** Of an anomaly or denoise model. */
  readonly architecture: ArchitectureName;
  readonly batch: number;
  readonly noise: number;
  readonly maxMinutes: number;
  readonly patience: number;
  readonly seed: number;
  /** Share of the footage that is never trained on: it stops the training and sets the threshold. */
  readonly validationShare: number;
  readonly falseAlarmsPerDay: number;
  readonly smoothingSeconds: number;
  /** How long a score must stay above the threshold before it alarms; 0 by default. */
  readonly minSeconds?: number | undefined;
  /** Where the footage came from, for the model card: a camera's id or a path, never a URL with a password. */
  readonly source: string;
  /** Footage that a person judged normal: it is trained on, and never held back. */
  readonly normal?: DataSet | undefined;
  /** The model that is there already. One of another architecture or picture size counts for nothing. */
  readonly previous?: PreviousModel | undefined;
  /** Whether its weights are where the training begins, or random ones (the default), or whether they stay as they are. */
  readonly start?: Start | undefined;
  /** A file that keeps the training while it goes on: one that was cut off goes on from it. */
  readonly checkpoint?: string | undefined;
  readonly onResumed?: ((step: number) => void) | undefined;
  /** Ends the training early; the best model so far is kept. */
  readonly signal?: AbortSignal;
  /** Ends the learning; nothing is kept. */
  readonly cancel?: AbortSignal | undefined;
  readonly onProgress?: (progress: LearningProgress) => void;
}

export interface LearnEngines {
  /** Runs the training graph. */
  readonly training: Engine<Uint8Array>;
  /** Runs the finished model. */
  readonly inference: Engine<CameraModel>;
}

/**
 * Footage in, model folder out: trains, and for an anomaly model sets the threshold on held-back normal footage. Rejects
 * with ModelError 'worse', or with the reason of `cancel`, and leaves the folder as it is, when the previous model does
 * better on the held-back footage, or the learning was cancelled.
 */
export const learnModel = async (
  footage: DataSet,
  folder: string,
  engines: LearnEngines,
  options: LearnOptions,
): Promise<ModelCard> => {
  const isColour = options.task === 'colorize';
  const set = isColour ? colourFrames(footage, options.source) : footage;
  const normal = isColour && options.normal ? colouredPart(options.normal) : options.normal;
  const sets = withNormal(set, holdBack(set, options.validationShare), normal);
  if (sets.heldBack.count < leastFrames) {
    throw new DataError(
      'too-few',
      `${options.source}: expected at least ${leastFrames} held-back frames to set the threshold from, found ${sets.heldBack.count} of ${set.count}. Collect for longer, or raise learning.validationShare.`,
    );
  }
  const learning = learningOf(set, sets, options);
  const key = checkpointKey(learning.model, sets, options);
  const checkpoint = options.checkpoint === undefined ? undefined : await openCheckpoint(options.checkpoint, key);
  if (checkpoint?.resumed) options.onResumed?.(checkpoint.resumed.step);
  try {
    const { model, card, fitted } = await fitAndCalibrate(learning, folder, engines, { ...options, checkpoint, set });
    const record = await recordLearning(engines.inference, { model, card }, sets.heldBack, fitted, options.minSeconds);
    options.cancel?.throwIfAborted();
    await saveModel(folder, { ...model, card, record });
    return card;
  } finally {
    await checkpoint?.remove();
  }
};

/** Of all that makes a training what it is; of the footage some frames are enough to tell it from any other. */
export const checkpointKey = (
  { topology, input }: Pick<CameraModel, 'topology' | 'input'>,
  { training, heldBack }: Parts,
  {
    task,
    source,
    batch,
    noise,
    seed,
    start,
  }: Pick<LearnOptions, 'task' | 'source' | 'batch' | 'noise' | 'seed' | 'start'>,
): string => {
  const footage = createHash('sha256');
  for (const part of [training, heldBack])
    for (let sample = 0; sample < 16; sample++) footage.update(part.at(Math.floor((sample / 16) * part.count)));
  const counts = [training.count, heldBack.count];
  return JSON.stringify({ task, source, topology, input, counts, batch, noise, seed, start, footage: footage.digest('hex') }); // prettier-ignore
};

type FitAndCalibrateOptions = Omit<LearnOptions, 'checkpoint'> & {
  readonly checkpoint: Checkpoint | undefined;
  readonly set: DataSet;
};

const fitAndCalibrate = async (
  learning: Learning,
  folder: string,
  engines: LearnEngines,
  options: FitAndCalibrateOptions,
): Promise<{ readonly model: CameraModel; readonly card: ModelCard; readonly fitted: FitResult }> => {
  const { set } = options;
  const previous = fittingModel(options.previous, learning.model);
  const fitted =
    options.start === 'recalibrate'
      ? untrained(previous, learning.model, folder)
      : await fitBetter(learning, previous, engines, options);
  const model: CameraModel = { ...learning.model, weights: fitted.weights };
  const calibration =
    options.task === 'anomaly'
      ? await learning.calibrate?.(engines.inference, model, {
          falseAlarmsPerDay: options.falseAlarmsPerDay,
          smoothingSeconds: options.smoothingSeconds,
          minSeconds: options.minSeconds,
          onProgress: (fraction) => options.onProgress?.({ stage: 'calibrating', fraction }),
        })
      : undefined;
  const card: ModelCard = {
    version: 1,
    task: options.task,
    architecture: model.architecture,
    input: { ...model.input },
    trainedOn: { source: options.source, frames: set.count, framesPerSecond: set.framesPerSecond },
    training: {
      steps: fitted.steps,
      epochs: fitted.epochs,
      seconds: fitted.seconds,
      loss: fitted.loss,
      validationLoss: fitted.validationLoss,
      seed: options.seed,
      noise: options.noise,
    },
    ...(calibration && { calibration }),
    created: new Date().toISOString(),
  };
  return { model, card, fitted };
};

const fitModel = async (
  { model: { topology }, samples, objective, initial }: Learning,
  previous: PreviousModel | undefined,
  { training }: LearnEngines,
  { batch, noise, maxMinutes, patience, seed, checkpoint, signal, cancel, onProgress }: FitAndCalibrateOptions,
): Promise<FitResult> => {
  const either = AbortSignal.any([signal, cancel].filter((one) => one !== undefined));
  const fitted = await fit(
    training,
    topology,
    previous?.model.weights ?? (initial ?? initialWeights)(topology, seed),
    samples,
    {
      batch,
      noise,
      patience,
      seed,
      maxSeconds: maxMinutes * 60,
      objective,
      checkpoint,
      signal: either,
      onProgress: ({ step: _step, ...progress }) => onProgress?.({ stage: 'training', ...progress }),
    },
  );
  cancel?.throwIfAborted();
  return fitted;
};

/** Trains a model that is better than the previous one, where there is one. */
const fitBetter = async (
  learning: Learning,
  previous: PreviousModel | undefined,
  engines: LearnEngines,
  options: FitAndCalibrateOptions,
): Promise<FitResult> => {
  const fitted = await fitModel(learning, options.start === 'previous' ? previous : undefined, engines, options);
  if (previous) await expectBetter(fitted, previous, learning, engines, options);
  return fitted;
};

/** Throws ModelError 'worse' when the previous model has the smaller loss on the same held-back footage. */
const expectBetter = async (
  { validationLoss }: FitResult,
  { model }: PreviousModel,
  { model: { topology }, samples, objective, objectiveOf }: Learning,
  { training }: LearnEngines,
  { source, task, batch, noise, seed }: Omit<LearnOptions, 'checkpoint'>,
): Promise<void> => {
  const judged = { batch, noise, seed, objective: objectiveOf?.(model) ?? objective };
  const before = await heldBackLossOf(training, topology, model.weights, samples.heldBack, judged);
  if (validationLoss <= before) return;
  throw new ModelError(
    'worse',
    `${source}: the new ${task} model is worse on held-back footage (loss ${validationLoss.toPrecision(4)}, the old one's ${before.toPrecision(4)}): the old one stays`,
  );
};
