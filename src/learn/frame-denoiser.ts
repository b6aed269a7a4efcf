import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Engine } from '../core/engine.ts';
import { ModelError } from '../core/errors.ts';
import { channelsOf, preciseNow } from '../core/frame.ts';
import type { DenoiserChoice, FrameDenoiser } from '../core/frame-denoiser.ts';
import type { FrameShape } from '../core/frame.ts';
import { denoiserSizes } from '../model/architectures/denoiser.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { ModelCard } from '../model/model-card.ts';
import { loadModel } from '../model/model-folder.ts';
import { createDenoiser } from '../task/denoise.ts';
import { chooseDenoiser } from './choose-denoiser.ts';
import { runTask } from './run-task.ts';

const shipped = Object.keys(denoiserSizes);

/** The folder of a shipped denoiser by its name, `light`, `fast` or `best`; any other name is a folder's already. */
export const denoiserFolder = (model: string): string =>
  shipped.includes(model) && !existsSync(model)
    ? fileURLToPath(new URL(`../../models/denoise-${model}`, import.meta.url))
    : model;

/** Pixels of a picture beyond which a CPU of two cores does not keep up with ten a second by `fast`. */
const mostFastPixels = 460_800;

/** As `denoiserFolder`, for live pictures: `fast` is `light` where a CPU would not keep up. */
export const liveDenoiserFolder = (
  model: string,
  { width, height }: Pick<FrameShape, 'width' | 'height'>,
  device: Engine<CameraModel>['device'],
): string => denoiserFolder(model === 'fast' && device === 'cpu' && width * height > mostFastPixels ? 'light' : model);

/**
 * A denoiser's model for pictures of this shape. Throws ModelError: 'unreadable' for a folder without a model,
 * 'mismatch' for a model of something else or sides that are not divisible by 8.
 */
export const loadDenoiser = async (
  folder: string,
  { width, height, format }: FrameShape,
): Promise<{ readonly model: CameraModel; readonly card: ModelCard }> => {
  const { model, card } = await loadModel(folder);
  if (model.architecture !== 'denoiser')
    throw new ModelError(
      'mismatch',
      `${folder}: expected a denoiser, found a model of the architecture ${model.architecture}`,
    );
  if (width % 8 || height % 8)
    throw new ModelError(
      'mismatch',
      `${folder}: expected pictures with sides divisible by 8, found ${width}x${height}`,
    );
  const input = { width, height, channels: channelsOf(format) };
  return { model: { ...model, input, activations: card.activations }, card: { ...card, input } };
};

/** A denoiser for one stream of frames. Throws as `loadDenoiser`, and EngineError. */
export const openFrameDenoiser = async (
  engine: Engine<CameraModel>,
  { model: name, shape, strength, noise }: DenoiserChoice,
): Promise<FrameDenoiser> => {
  const { model: found } = await loadDenoiser(denoiserFolder(name), shape);
  const model = await chooseDenoiser(engine, found);
  const session = await engine.load(model);
  const task = createDenoiser(initialState(model), { strength, noise });
  return {
    denoise: async (data) => {
      const { denoised } = await runTask(session, task, { ...shape, data, capturedAt: preciseNow() });
      return denoised!.slice();
    },
    get noise() {
      return task.noise ?? { a: 0, b2: 0 };
    },
    release: async () => session.release(),
  };
};
