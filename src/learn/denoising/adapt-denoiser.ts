import { DataError, ModelError } from '../../core/errors.ts';
import type { LearningProgress } from '../../core/status.ts';
import type { Engine } from '../../core/engine.ts';
import { denoiser, denoiserSizeOf } from '../../model/architectures/denoiser.ts';
import { denoiserObjective } from '../../model/denoiser/denoiser-objective.ts';
import type { ModelCard } from '../../model/model-card.ts';
import { loadModel } from '../../model/model-folder.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { selectFrames } from '../data-set.ts';
import type { DataSet } from '../data-set.ts';
import { fit, heldBackLossOf } from '../fit.ts';
import { fixedSamples, randomSamples } from './noise-sample.ts';
import { ownSamples } from './own-samples.ts';
import { saveDenoiser } from './save-denoiser.ts';

export interface AdaptOptions {
  /** The denoiser to begin with: the camera's own, or a shipped one. */
  readonly from: string;
  /** Where the footage came from, for the model card: a camera's id or a path, never a URL with a password. */
  readonly source: string;
  readonly minutes: number;
  readonly seed: number;
  readonly checkpoint?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LearningProgress) => void) | undefined;
}

export interface Adapted {
  readonly card: ModelCard;
  /** Held-back losses: of the denoiser it began with and of the new one. */
  readonly before: number;
  readonly after: number;
}

const shape = { size: 64, frames: 7 };
const batch = 8;
const warmShare = 0.65;
const firstWeight = 0.3;
/** A denoiser that is good already is moved gently. */
const learningRate = 3e-4;
const clipNorm = 0.5;
const calibrationFrames = 24;
const passSamples = 240;
const heldBackSamples = 64;
/** Of the footage, its end, which is never trained on. */
const heldBackShare = 0.3;

/**
 * Teaches a denoiser the noise of one camera from its own footage, gray and in the size of its live pictures
 * (`ownSamples`), and writes it to `folder`. Rejects with ModelError 'worse', and writes nothing, unless it is better
 * on held-back footage; with DataError 'too-few' for less than 350 frames or pictures under 64x64.
 */
export const adaptDenoiser = async (
  footage: DataSet,
  folder: string,
  engine: Engine<Uint8Array>,
  options: AdaptOptions,
): Promise<Adapted> => {
  const { from, source, minutes, seed, signal, onProgress } = options;
  if (Math.min(footage.width, footage.height) < shape.size)
    throw new DataError(
      'too-few',
      `${source}: expected pictures of at least ${shape.size}x${shape.size} to learn the noise from, found ${footage.width}x${footage.height}`,
    );
  const { model } = await loadModel(from);
  const size = denoiserSizeOf(model.topology);
  const { block } = size;
  const topology = denoiser(size, shape.size / block, shape.size / block);
  const split = Math.round((1 - heldBackShare) * footage.count);
  const part = (begin: number, end: number): DataSet =>
    selectFrames(
      footage,
      Array.from({ length: end - begin }, (_, at) => begin + at),
    );
  const [training, judged] = [part(0, split), part(split, footage.count)].map((set) =>
    ownSamples(set, shape, warmShare),
  );
  const heldBack = fixedSamples(judged!.make, { ...shape, count: heldBackSamples, seed: seed + 1_000_003 });
  const objective = denoiserObjective({ ...shape, block, firstWeight });
  const before = await heldBackLossOf(engine, topology, model.weights, heldBack, { batch, objective, noise: 0, seed });
  const checkpoint =
    options.checkpoint === undefined
      ? undefined
      : await openCheckpoint(options.checkpoint, JSON.stringify({ from, source, seed, frames: footage.count, before }));
  try {
    const fitted = await fit(
      engine,
      topology,
      model.weights,
      { training: randomSamples(training!.make, { ...shape, count: passSamples, seed: seed + 2 }), heldBack },
      {
        batch,
        objective,
        noise: 0,
        seed,
        maxSeconds: 60 * minutes,
        patience: 8,
        learningRate,
        clipNorm,
        checkpoint,
        ...(signal && { signal }),
        onProgress: ({ step: _step, ...progress }) => onProgress?.({ stage: 'training', ...progress }),
      },
    );
    const { validationLoss: after } = fitted;
    if (after >= before)
      throw new ModelError(
        'worse',
        `${source}: the denoiser that was learned is no better on held-back footage (loss ${after.toPrecision(4)}, before ${before.toPrecision(4)}): the one in use stays`,
      );
    const { width, height } = footage;
    const frames = Array.from({ length: calibrationFrames }, (_, at) => footage.at(at));
    const card = await saveDenoiser(folder, engine, {
      topology,
      fitted,
      clips: [{ width, height, frames }],
      width,
      height,
      trainedOn: { source, frames: footage.count, framesPerSecond: footage.framesPerSecond },
      seed,
    });
    return { card, before, after };
  } finally {
    await checkpoint?.remove();
  }
};
