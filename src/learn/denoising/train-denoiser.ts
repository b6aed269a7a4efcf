import path from 'node:path';

import type { Ffmpeg } from '../../camera/find-ffmpeg.ts';
import { crop } from '../../core/crop.ts';
import type { NoiseModel } from '../../core/frame-denoiser.ts';
import type { LearningProgress } from '../../core/status.ts';
import { openOrtEngine } from '../../engine/ort-engine.ts';
import { denoiser, denoiserSizes } from '../../model/architectures/denoiser.ts';
import type { DenoiserName } from '../../model/architectures/denoiser.ts';
import { denoiserObjective } from '../../model/denoiser/denoiser-objective.ts';
import { untrainedDenoiser } from '../../model/denoiser/untrained-denoiser.ts';
import type { ModelCard } from '../../model/model-card.ts';
import { normalSource } from '../../model/normal-random.ts';
import { randomSource } from '../../model/random.ts';
import { loadModel } from '../../model/model-folder.ts';
import { addNoise, gaussianNoise } from '../add-noise.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { fit } from '../fit.ts';
import type { DataSet } from '../data-set.ts';
import type { NoisyClip } from './calibrate-denoiser.ts';
import { readCleanFootage } from './clean-footage.ts';
import type { CleanFootage } from './clean-footage.ts';
import { compressedClips } from './compressed-clips.ts';
import { fixedSamples, randomSamples } from './noise-sample.ts';
import type { MakeSample } from './noise-sample.ts';
import { saveDenoiser } from './save-denoiser.ts';
import { syntheticSample } from './synthetic-samples.ts';

export interface TrainDenoiserOptions {
  readonly size: DenoiserName;
  /** Videos, folders of images and folders of clips that count as clean. */
  readonly videos: readonly string[];
  /** Folders of clean images. */
  readonly images: readonly string[];
  readonly maxFrames: number;
  readonly minutes: number;
  readonly seed: number;
  readonly batch: number;
  /** Frames of a sample that gradients go through, and the side of its square. */
  readonly frames: number;
  readonly crop: number;
  readonly videoShare: number;
  readonly warmShare: number;
  readonly compressedShare: number;
  /** Weight of a sample's first frame, cleaned by itself alone. */
  readonly firstWeight: number;
  readonly learningRate: number;
  readonly threads: number;
  /** A denoiser of the same size to go on from. */
  readonly from?: string | undefined;
  /** How it was called, for the model card. */
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LearningProgress) => void) | undefined;
}

/** Samples between two looks at the held-back ones, and how many those are. */
const passSamples = 2400;
const heldBackSamples = 64;
const compressedCount = 48;
/** The gradient through many frames can be steep. */
const clipNorm = 0.5;
/** Smaller pictures are too small to cut from. */
const leastPicture = 64;

/**
 * Trains a denoiser on clean footage with noise of all kinds, and writes its model folder. A training that is cut off
 * goes on from its last checkpoint. Rejects with DataError for footage that cannot be used.
 */
export const trainDenoiser = async (
  folder: string,
  options: TrainDenoiserOptions,
  ffmpeg: Ffmpeg,
): Promise<ModelCard> => {
  const { size, frames, crop: side, batch, seed, minutes, signal, onProgress } = options;
  const { command: _command, signal: _signal, onProgress: _onProgress, threads: _threads, ...identity } = options;
  const checkpoint = await openCheckpoint(`${path.resolve(folder)}.checkpoint`, JSON.stringify(identity));
  const start = options.from === undefined ? undefined : (await loadModel(options.from)).model.weights;
  onProgress?.({ stage: 'collecting', fraction: 0 });
  const footage = await readCleanFootage({ ...options, least: leastPicture }, ffmpeg);
  onProgress?.({ stage: 'collecting', fraction: 0.5 });
  const clips = { count: options.compressedShare > 0 ? compressedCount : 0, seed: seed + 1, signal };
  const compressed = await compressedClips(footage, clips, ffmpeg);
  onProgress?.({ stage: 'collecting', fraction: 1 });

  const shape = { size: side, frames };
  const make: MakeSample = (random) => syntheticSample(footage, { ...options, ...shape, compressed }, random);
  const { block } = denoiserSizes[size];
  const topology = denoiser(denoiserSizes[size], side / block, side / block);
  const engine = await openOrtEngine({ device: 'cpu', workers: 1, threads: options.threads });
  try {
    const fitted = await fit(
      engine,
      topology,
      start ?? untrainedDenoiser(topology, seed),
      {
        training: randomSamples(make, {
          ...shape,
          count: passSamples,
          seed: seed + 2 + (checkpoint.resumed?.step ?? 0),
        }),
        heldBack: fixedSamples(make, { ...shape, count: heldBackSamples, seed: seed + 1_000_003 }),
      },
      {
        batch,
        seed,
        noise: 0,
        objective: denoiserObjective({ size: side, frames, block, firstWeight: options.firstWeight }),
        maxSeconds: 60 * minutes,
        patience: Infinity,
        learningRate: options.learningRate,
        clipNorm,
        checkpoint,
        ...(signal && { signal }),
        onProgress: ({ step: _step, ...progress }) => onProgress?.({ stage: 'training', ...progress }),
      },
    );
    const pictures = footage.videos.flat().reduce((sum, { count }) => sum + count, 0) + footage.stills.length;
    const source = [...options.videos, ...options.images].map((name) => path.basename(name)).join(', ');
    const card = await saveDenoiser(folder, engine, {
      topology,
      fitted,
      clips: noisyClips(footage, seed),
      width: side,
      height: side,
      trainedOn: { source, frames: pictures },
      seed,
      command: options.command,
    });
    await checkpoint.remove();
    return card;
  } finally {
    await engine.close();
  }
};

/** Standard deviations of the noise, gray levels, and frames of each, that the ranges of the layers are found with. */
const calibrationSigmas = [8, 25, 50];
const calibrationFrames = 8;

/** The beginning of a clip of each path, with little and with much noise. */
const noisyClips = ({ videos }: CleanFootage, seed: number): NoisyClip[] => {
  const normal = normalSource(randomSource(seed));
  return videos.flatMap(([clip]) => calibrationSigmas.map((sigma) => noisyClip(clip!, gaussianNoise(sigma), normal)));
};

const noisyClip = (clip: DataSet, noise: NoiseModel, normal: () => number): NoisyClip => {
  // The denoiser takes sides that are divisible by 8.
  const [width, height] = [clip.width - (clip.width % 8), clip.height - (clip.height % 8)];
  const frames = Array.from({ length: Math.min(calibrationFrames, clip.count) }, (_, at) =>
    addNoise(crop(clip.at(at), clip.width, { left: 0, top: 0, width, height }), noise, normal),
  );
  return { width, height, frames };
};
