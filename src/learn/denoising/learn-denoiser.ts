import os from 'node:os';
import path from 'node:path';

import { bytesPerFrame } from '../../core/frame.ts';
import type { FrameShape } from '../../core/frame.ts';
import { openOrtEngine } from '../../engine/ort-engine.ts';
import { loadModel } from '../../model/model-folder.ts';
import type { DataSet } from '../data-set.ts';
import { liveDenoiserFolder } from '../frame-denoiser.ts';
import { adaptDenoiser } from './adapt-denoiser.ts';
import type { AdaptOptions, Adapted } from './adapt-denoiser.ts';

/** Frames that the noise of a camera is learned from, at most, and the memory that they may take. */
const mostFrames = 600;
const mostBytes = 768 * 1024 * 1024;
/** Noise is soon known: training goes on for so many minutes at most. */
const mostMinutes = 5;
const niceness = 10;

/** The pictures that a denoiser learns from: those that are watched, in gray. */
export const liveFootageShape = ({ width, height }: FrameShape): FrameShape => ({ width, height, format: 'gray' });

/** How many of them: neighbours in time, from the beginning. */
export const liveFrames = (shape: FrameShape): number =>
  Math.min(mostFrames, Math.floor(mostBytes / bytesPerFrame(shape)));

/**
 * A camera's own denoiser, in `folder`, from its own footage: it begins with the one that is there, or else (or when
 * `fresh`) with the shipped one of this name that a CPU would show its pictures with. Gives way to live cameras. Rejects as `adaptDenoiser`.
 */
export const learnDenoiser = async (
  footage: DataSet,
  folder: string,
  {
    model,
    fresh,
    minutes,
    ...options
  }: Omit<AdaptOptions, 'from' | 'checkpoint'> & { readonly model: string; readonly fresh: boolean },
): Promise<Adapted> => {
  const from = !fresh && (await isDenoiser(folder)) ? folder : liveDenoiserFolder(model, footage, 'cpu');
  const engine = await openOrtEngine({ device: 'cpu', workers: 1, threads: os.availableParallelism(), nice: niceness });
  try {
    const checkpoint = path.join(path.dirname(folder), '.denoise.checkpoint');
    return await adaptDenoiser(footage, folder, engine, {
      ...options,
      from,
      checkpoint,
      minutes: Math.min(minutes, mostMinutes),
    });
  } finally {
    await engine.close();
  }
};

/** Whether there is one to go on from: before Nightjar had its own, cameras learned models of another kind. */
const isDenoiser = async (folder: string): Promise<boolean> =>
  loadModel(folder).then(
    ({ model }) => model.architecture === 'denoiser',
    () => false,
  );
