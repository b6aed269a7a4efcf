import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Engine, Session } from '../core/engine.ts';
import { ModelError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';
import { channelsOf } from '../core/frame.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import type { Tensors } from '../core/tensor.ts';
import { loadModel } from '../model/model-folder.ts';
import type { ModelCard } from '../model/model-card.ts';

/** A model folder on an engine, ready to run. Cameras that name the same folder share it, and so its batches. */
export interface LoadedModel {
  readonly folder: string;
  readonly session: Session;
  readonly card: ModelCard;
  /** What a camera that begins carries from frame to frame; not to be changed. */
  readonly state: Tensors;
}

/** The models of one engine, by folder; each is loaded once. */
export class ModelShelf {
  readonly #engine: Engine<CameraModel>;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();

  constructor(engine: Engine<CameraModel>) {
    this.#engine = engine;
  }

  /** The model in `folder`, or undefined when none was learned yet. Throws ModelError when it does not fit the camera. */
  async find(folder: string, shape: FrameShape): Promise<LoadedModel | undefined> {
    if (!this.#loaded.has(folder)) {
      if (!existsSync(path.join(folder, 'model.json'))) return undefined;
      const loading = this.#load(folder);
      this.#loaded.set(folder, loading);
      loading.catch(() => this.#loaded.delete(folder));
    }
    const model = await this.#loaded.get(folder);
    if (model) expectShape(model, shape);
    return model;
  }

  async #load(folder: string): Promise<LoadedModel> {
    const { model, card } = await loadModel(folder);
    return { folder, card, session: await this.#engine.load(model), state: initialState(model) };
  }
}

const expectShape = ({ card, folder }: LoadedModel, shape: FrameShape): void => {
  const { height, width, channels } = card.input;
  if (width === shape.width && height === shape.height && channels === channelsOf(shape.format)) return;
  throw new ModelError(
    'mismatch',
    `${folder}: the model takes ${width}x${height} pictures with ${channels} channel(s), the camera gives ${shape.width}x${shape.height} with ${channelsOf(shape.format)}. Set the camera's size and colour to the model's, or learn a new model.`,
  );
};
