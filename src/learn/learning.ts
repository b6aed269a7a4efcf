import type { Engine } from '../core/engine.ts';
import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import type { TaskName } from '../core/status.ts';
import { architecture } from '../model/architectures/architecture.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import { colorizer, colorizerWeights } from '../model/architectures/colorizer.ts';
import { sampleFrames } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { colouring } from '../model/colour/colouring.ts';
import type { initialWeights } from '../model/initial-weights.ts';
import type { ModelCard } from '../model/model-card.ts';
import { motionObjective } from '../model/motion/motion-objective.ts';
import { randomSource } from '../model/random.ts';
import { clipReconstruction, prediction, reconstruction } from '../model/training/objective.ts';
import type { Objective, Unrolled } from '../model/training/objective.ts';
import { calibrateModel } from './calibrate-model.ts';
import type { CalibrateOptions } from './calibrate-model.ts';
import { calibrateMotion } from './calibrate-motion.ts';
import { sceneChroma } from './colour-footage.ts';
import type { DataSet, Part, Parts } from './data-set.ts';
import { backgroundsOf } from './median-background.ts';
import { mirrored } from './mirror.ts';
import { clipSamples, frameSamples } from './samples.ts';
import type { Samples } from './samples.ts';

interface LearningChoice {
  readonly task: TaskName;
  /** Of an anomaly or denoise model. */
  readonly architecture: ArchitectureName;
  readonly seed: number;
}

/** What a task is learned by, from the parts of `set`. */
export const learningOf = (set: DataSet, sets: Parts, { task, architecture: name, seed }: LearningChoice): Learning => {
  if (task === 'colorize') return colourLearning(sets);
  return name === 'motion' ? motionLearning(set, sets, seed) : errorLearning(set, sets, name);
};

/** What differs between architectures. */
export interface Learning {
  readonly model: Omit<CameraModel, 'weights'>;
  readonly samples: { readonly training: Samples; readonly heldBack: Samples };
  readonly objective: Objective | Unrolled;
  /** Where the training begins without a previous model: Keras's initial weights by default. */
  readonly initial?: typeof initialWeights;
  /** The objective for a model that was there before, where it depends on more than the weights. */
  readonly objectiveOf?: (previous: CameraModel) => Objective | Unrolled;
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
