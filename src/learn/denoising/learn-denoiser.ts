import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import type { FrameShape } from '../../core/frame.ts';
import { openOrtEngine } from '../../engine/ort-engine.ts';
import type { DataSet } from '../data-set.ts';
import { denoiserFolder } from '../frame-denoiser.ts';
import { adaptDenoiser } from './adapt-denoiser.ts';
import type { AdaptOptions, Adapted } from './adapt-denoiser.ts';

/** Frames that the noise of a camera is learned from, at most. */
export const liveFrames = 600;
/** Noise is soon known: training goes on for so many minutes at most. */
const mostMinutes = 5;
const niceness = 10;

/** The pictures that a denoiser learns from: those that are watched, in gray. */
export const liveFootageShape = ({ width, height }: FrameShape): FrameShape => ({ width, height, format: 'gray' });

/**
 * A camera's own denoiser, in `folder`, from its own footage: it begins with the one that is there, or else (or when
 * `fresh`) with the shipped one of this name. Gives way to live cameras. Rejects as `adaptDenoiser`.
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
  const from = !fresh && existsSync(path.join(folder, 'model.json')) ? folder : denoiserFolder(model);
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
