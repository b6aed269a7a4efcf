import type { Engine } from '../core/engine.ts';
import { DataError } from '../core/errors.ts';
import type { LearningProgress } from '../core/status.ts';
import { channelsOf } from '../core/frame.ts';
import { architecture } from '../model/architectures/architecture.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import { initialWeights } from '../model/initial-weights.ts';
import type { LayersModel } from '../model/layers-model.ts';
import { saveModel } from '../model/model-folder.ts';
import type { ModelCard } from '../model/model-card.ts';
import { leastFrames } from '../task/calibration.ts';
import { calibrateModel } from './calibrate-model.ts';
import { holdBack } from './data-set.ts';
import type { DataSet } from './data-set.ts';
import { fit } from './fit.ts';
import { frameSamples } from './samples.ts';

export interface LearnOptions {
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
  /** Where the footage came from, for the model card: a camera's id or a path, never a URL with a password. */
  readonly source: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LearningProgress) => void;
}

/**
 * Footage in, model folder out: trains a denoising autoencoder, then sets the threshold from the error on held-back
 * normal footage. `training` runs the training graph, `inference` the finished model.
 */
export const learnModel = async (
  set: DataSet,
  folder: string,
  engines: { readonly training: Engine<Uint8Array>; readonly inference: Engine<LayersModel> },
  options: LearnOptions,
): Promise<ModelCard> => {
  const shape = [set.height, set.width, channelsOf(set.format)] as const;
  const topology = architecture(options.architecture, shape);
  const sets = holdBack(set, options.validationShare);
  if (sets.heldBack.count < leastFrames) {
    throw new DataError(
      'too-few',
      `${options.source}: expected at least ${leastFrames} held-back frames to set the threshold from, found ${sets.heldBack.count} of ${set.count}. Collect for longer, or raise learning.validationShare.`,
    );
  }

  const fitted = await fit(
    engines.training,
    topology,
    initialWeights(topology, options.seed),
    { training: frameSamples(sets.training), heldBack: frameSamples(sets.heldBack) },
    {
      batch: options.batch,
      noise: options.noise,
      maxSeconds: options.maxMinutes * 60,
      patience: options.patience,
      seed: options.seed,
      ...(options.signal && { signal: options.signal }),
      onProgress: ({ fraction, loss, secondsLeft }) =>
        options.onProgress?.({ stage: 'training', fraction, loss, secondsLeft }),
    },
  );

  const model = { topology, weights: fitted.weights };
  const calibration = await calibrateModel(engines.inference, model, sets, {
    falseAlarmsPerDay: options.falseAlarmsPerDay,
    smoothingSeconds: options.smoothingSeconds,
    onProgress: (fraction) => options.onProgress?.({ stage: 'calibrating', fraction }),
  });
  const card: ModelCard = {
    version: 1,
    task: 'autoencoder',
    architecture: options.architecture,
    input: { height: set.height, width: set.width, channels: channelsOf(set.format) },
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
    calibration,
    created: new Date().toISOString(),
  };
  await saveModel(folder, { ...model, card });
  return card;
};
