import type { Engine } from '../core/engine.ts';
import { DataError, ModelError } from '../core/errors.ts';
import type { LearningProgress, TaskName } from '../core/status.ts';
import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import { architecture } from '../model/architectures/architecture.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import { colorizer, colorizerWeights } from '../model/architectures/colorizer.ts';
import { sampleFrames } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { colouring } from '../model/colour/colouring.ts';
import { initialWeights } from '../model/initial-weights.ts';
import { saveModel } from '../model/model-folder.ts';
import type { ModelCard } from '../model/model-card.ts';
import { motionObjective } from '../model/motion/motion-objective.ts';
import { randomSource } from '../model/random.ts';
import { clipReconstruction, prediction, reconstruction } from '../model/training/objective.ts';
import type { Objective } from '../model/training/objective.ts';
import { leastFrames } from '../task/calibration.ts';
import { calibrateModel } from './calibrate-model.ts';
import type { CalibrateOptions } from './calibrate-model.ts';
import { calibrateMotion } from './calibrate-motion.ts';
import { openCheckpoint } from './checkpoint.ts';
import { colourFrames, sceneChroma } from './colour-footage.ts';
import { holdBack } from './data-set.ts';
import type { DataSet, Part, Parts } from './data-set.ts';
import { fit, heldBackLossOf } from './fit.ts';
import type { FitResult } from './fit.ts';
import { backgroundsOf } from './median-background.ts';
import { mirrored } from './mirror.ts';
import { recordLearning } from './record-learning.ts';
import { fittingModel, untrained, withNormal } from './relearn.ts';
import type { PreviousModel, Start } from './relearn.ts';
import { clipSamples, frameSamples } from './samples.ts';
import type { Samples } from './samples.ts';

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
  readonly signal?: AbortSignal;
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
 * with ModelError 'worse', and leaves the folder as it is, when the previous model does better on the held-back footage.
 */
export const learnModel = async (
  footage: DataSet,
  folder: string,
  engines: LearnEngines,
  options: LearnOptions,
): Promise<ModelCard> => {
  const set = options.task === 'colorize' ? colourFrames(footage, options.source) : footage;
  const sets = withNormal(set, holdBack(set, options.validationShare), options.normal);
  if (sets.heldBack.count < leastFrames) {
    throw new DataError(
      'too-few',
      `${options.source}: expected at least ${leastFrames} held-back frames to set the threshold from, found ${sets.heldBack.count} of ${set.count}. Collect for longer, or raise learning.validationShare.`,
    );
  }
  const learning = learningOf(set, sets, options);
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
  const record = await recordLearning(engines.inference, { model, card }, sets.heldBack, fitted, options.minSeconds);
  await saveModel(folder, { ...model, card, record });
  return card;
};

const learningOf = (set: DataSet, sets: Parts, { task, architecture: name, seed }: LearnOptions): Learning => {
  if (task === 'colorize') return colourLearning(sets);
  return name === 'motion' ? motionLearning(set, sets, seed) : errorLearning(set, sets, name);
};

/** What differs between architectures. */
interface Learning {
  readonly model: Omit<CameraModel, 'weights'>;
  readonly samples: { readonly training: Samples; readonly heldBack: Samples };
  readonly objective: Objective;
  /** Where the training begins without a previous model: Keras's initial weights by default. */
  readonly initial?: typeof initialWeights;
  /** The objective for a model that was there before, where it depends on more than the weights. */
  readonly objectiveOf?: (previous: CameraModel) => Objective;
  /** Only of anomaly models. */
  calibrate?(
    engine: Engine<CameraModel>,
    model: CameraModel,
    options: CalibrateOptions,
  ): Promise<NonNullable<ModelCard['calibration']>>;
}

const inputOf = ({ width, height, format }: FrameShape) => ({ height, width, channels: channelsOf(format) });

/** A model whose score is the error of its output. */
const errorLearning = (set: DataSet, sets: Parts, name: ArchitectureName): Learning => {
  const input = inputOf(set);
  const topology = architecture(name, [set.height, set.width, input.channels]);
  const model = { architecture: name, topology, input };
  const length = sampleFrames(model);
  const samples = (part: Part): Samples => (length > 1 ? clipSamples(part, length) : frameSamples(part));
  return {
    model,
    samples: { training: samples(sets.training), heldBack: samples(sets.heldBack) },
    objective: name === 'recurrent' ? clipReconstruction : name === 'predictor' ? prediction : reconstruction,
    calibrate: async (engine, given, options) => calibrateModel(engine, given, sets, options),
  };
};

/** The motion model: pairs of neighbouring frames, each with the background of its time. */
const motionLearning = (set: DataSet, sets: Parts, seed: number): Learning => {
  const backgrounds = backgroundsOf(set);
  const pixels = set.width * set.height;
  // What a person judged normal comes after the footage itself, from any hour: the fit of the light makes up for that.
  const backgroundOf = (index: number): Float32Array => (index < set.count ? backgrounds.of(index) : backgrounds.last);
  const pairs = (part: Part): Samples =>
    clipSamples(part, 2, (last) => {
      const data = new Float32Array(last.length * pixels);
      for (const [row, index] of last.entries()) data.set(backgroundOf(part.origin[index]!), row * pixels);
      return { background: { type: 'float32', shape: [last.length, set.height, set.width], data } };
    });
  const input = inputOf(set);
  return {
    model: {
      architecture: 'motion',
      topology: architecture('motion', [set.height, set.width, input.channels]),
      input,
      background: backgrounds.last,
    },
    samples: { training: mirrored(pairs(sets.training), randomSource(seed + 1)), heldBack: pairs(sets.heldBack) },
    objective: motionObjective(input.channels),
    async calibrate(engine, model, options) {
      const session = await engine.load(model);
      try {
        return await calibrateMotion(session, model, sets, options);
      } finally {
        await session.release();
      }
    },
  };
};

/** The colouriser: of each frame its brightness and its colour. */
const colourLearning = ({ training, heldBack }: Parts): Learning => {
  const { width, height } = training;
  const background = sceneChroma(training);
  return {
    model: {
      architecture: 'colorizer',
      topology: colorizer([height, width, 3]),
      input: inputOf(training),
      background,
    },
    samples: { training: frameSamples(training), heldBack: frameSamples(heldBack) },
    objective: colouring(background),
    initial: colorizerWeights,
    objectiveOf: (previous) => colouring(previous.background ?? background),
  };
};

const fitModel = async (
  { model, samples, objective, initial }: Learning,
  previous: PreviousModel | undefined,
  { training }: LearnEngines,
  options: LearnOptions,
): Promise<FitResult> => {
  const { batch, noise, maxMinutes, patience, seed, task, source, onResumed, signal, onProgress } = options;
  const { topology, input } = model;
  const counts = [samples.training.count, samples.heldBack.count];
  const key = JSON.stringify({ task, source, topology, input, counts, batch, noise, seed });
  const checkpoint = options.checkpoint === undefined ? undefined : await openCheckpoint(options.checkpoint, key);
  if (checkpoint?.resumed) onResumed?.(checkpoint.resumed.step);
  try {
    const weights = previous?.model.weights ?? (initial ?? initialWeights)(topology, seed);
    return await fit(training, topology, weights, samples, {
      batch,
      noise,
      patience,
      seed,
      maxSeconds: maxMinutes * 60,
      objective,
      checkpoint,
      ...(signal && { signal }),
      onProgress: ({ step: _step, ...progress }) => onProgress?.({ stage: 'training', ...progress }),
    });
  } finally {
    await checkpoint?.remove();
  }
};

/** Trains a model that is better than the previous one, where there is one. */
const fitBetter = async (
  learning: Learning,
  previous: PreviousModel | undefined,
  engines: LearnEngines,
  options: LearnOptions,
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
  { source, task, batch, noise, seed }: LearnOptions,
): Promise<void> => {
  const judged = { batch, noise, seed, objective: objectiveOf?.(model) ?? objective };
  const before = await heldBackLossOf(training, topology, model.weights, samples.heldBack, judged);
  if (validationLoss <= before) return;
  throw new ModelError(
    'worse',
    `${source}: the new ${task} model is worse on held-back footage (loss ${validationLoss.toPrecision(4)}, the old one's ${before.toPrecision(4)}): the old one stays`,
  );
};
