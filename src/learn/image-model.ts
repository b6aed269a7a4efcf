import type { Still } from '../camera/read-still.ts';
import { DataError } from '../core/errors.ts';
import type { LearningProgress } from '../core/status.ts';
import { convolutional } from '../model/architectures/convolutional.ts';
import { dense } from '../model/architectures/dense.ts';
import { predictor } from '../model/architectures/predictor.ts';
import { segmenter } from '../model/architectures/segmenter.ts';
import { strided } from '../model/architectures/strided.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { initialWeights } from '../model/initial-weights.ts';
import type { PictureShape } from '../model/layers-model.ts';
import { randomSource } from '../model/random.ts';
import { crossEntropyRestoration } from '../model/training/objective.ts';
import { minFrames } from './data-set.ts';
import { fit } from './fit.ts';
import type { FitResult } from './fit.ts';
import type { LearnEngines } from './learn-model.ts';
import { levelled } from './level.ts';
import { patchSamples } from './patches.ts';

/** Models from a picture to one of the same shape, 0..1. The predictor gives one from one. */
const architectures = {
  segmenter,
  predictor: (shape: PictureShape) => predictor(shape, { frames: 1 }),
  strided,
  convolutional,
  dense,
};
export type ImageArchitecture = keyof typeof architectures;
export const imageArchitectures = Object.keys(architectures) as readonly ImageArchitecture[];

export interface ImageLearning {
  readonly architecture: ImageArchitecture;
  /** The model sees squares of so many pixels. */
  readonly patch: number;
  readonly minutes: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LearningProgress) => void) | undefined;
}

interface LearnedImages {
  readonly model: CameraModel;
  readonly fitted: FitResult;
  /** Images that were not trained on: every fifth. */
  readonly heldBack: readonly Still[];
}

const heldBackEvery = 5;
const judgedPatches = 64;
const batch = 8;
/** Beside the marks, in units of 0..1. */
const noise = 0.02;
/** The training ends by its time: the rate falls along it. */
const patience = 100;

/**
 * Trains a model to find the spots and strokes that were drawn into squares of normal images: what it never saw in normal
 * ones it finds as well, and what it saw there it leaves. Throws DataError 'too-few' below 40 images of `source`.
 */
export const learnImages = async (
  images: readonly Still[],
  source: string,
  engines: LearnEngines,
  { architecture, patch, minutes, seed, signal, onProgress }: ImageLearning,
): Promise<LearnedImages> => {
  if (images.length < minFrames)
    throw new DataError('too-few', `${source}: expected at least ${minFrames} images, found ${images.length}`);
  const isHeldBack = (index: number): boolean => index % heldBackEvery === heldBackEvery - 1;
  const heldBack = images.filter((_, index) => isHeldBack(index));
  const training = images.filter((_, index) => !isHeldBack(index)).map(levelled);
  const topology = architectures[architecture]([patch, patch, 1]);
  const random = randomSource(seed);
  const samples = {
    training: patchSamples(training, patch, random),
    heldBack: patchSamples(heldBack.map(levelled), patch, randomSource(seed + 1), { count: judgedPatches }),
  };
  const fitted = await fit(engines.training, topology, initialWeights(topology, seed, { relu: 'he' }), samples, {
    batch,
    noise,
    patience,
    seed,
    maxSeconds: 60 * minutes,
    objective: crossEntropyRestoration,
    ...(signal && { signal }),
    onProgress: ({ fraction, loss, secondsLeft }) => onProgress?.({ stage: 'training', fraction, loss, secondsLeft }),
  });
  const input = { height: patch, width: patch, channels: 1 };
  // Not the name of the topology: it runs as a plain autoencoder, without the state that a predictor carries.
  return { model: { architecture: 'autoencoder', topology, input, weights: fitted.weights }, fitted, heldBack };
};
