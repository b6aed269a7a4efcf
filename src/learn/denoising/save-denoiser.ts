import type { Engine } from '../../core/engine.ts';
import type { Topology } from '../../model/layers-model.ts';
import type { ModelCard } from '../../model/model-card.ts';
import { saveModel } from '../../model/model-folder.ts';
import type { FitResult } from '../fit.ts';
import { calibrateDenoiser } from './calibrate-denoiser.ts';
import type { NoisyClip } from './calibrate-denoiser.ts';

interface TrainedDenoiser {
  readonly topology: Topology;
  readonly fitted: FitResult;
  /** What the ranges of its layers are found with. */
  readonly clips: readonly NoisyClip[];
  /** Size of the pictures, for the card: the net takes those of any size. */
  readonly width: number;
  readonly height: number;
  readonly trainedOn: ModelCard['trainedOn'];
  readonly seed: number;
  readonly command?: string;
}

/** Calibrates a trained denoiser and writes its model folder. */
export const saveDenoiser = async (
  folder: string,
  engine: Engine<Uint8Array>,
  { topology, fitted, clips, width, height, trainedOn, seed, command }: TrainedDenoiser,
): Promise<ModelCard> => {
  const { steps, epochs, seconds, loss, validationLoss, weights } = fitted;
  const activations = await calibrateDenoiser(engine, { topology, weights }, clips);
  const card: ModelCard = {
    version: 1,
    task: 'denoise',
    architecture: 'denoiser',
    input: { height, width, channels: 1 },
    trainedOn,
    training: {
      steps,
      epochs,
      seconds,
      loss,
      validationLoss,
      seed,
      noise: 0,
      ...(command !== undefined && { command }),
    },
    activations,
    created: new Date().toISOString(),
  };
  await saveModel(folder, { topology, weights, card });
  return card;
};
