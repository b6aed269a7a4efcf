import { statSync } from 'node:fs';
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

/** A model that was replaced is released after so long: no frame that was to see it waits nearly as long. */
const releaseMs = 30_000;

type ReadModel = (folder: string) => Promise<{ readonly model: CameraModel; readonly card: ModelCard }>;

interface ShelfOptions {
  readonly releaseAfterMs?: number;
  /** Reads a model folder; `loadModel` by default. */
  readonly load?: ReadModel;
  /** Of each run; the engine's own number by default. */
  readonly threads?: number | undefined;
}

interface Shelved {
  readonly model: Promise<LoadedModel>;
  /** Whether a camera has it. */
  isUsed: boolean;
  /** Of the folder as it was loaded, or as it was found damaged since. */
  stamp: string | undefined;
}

/** The models of one engine, by folder; each is loaded once, and again when its folder was replaced. */
export class ModelShelf {
  readonly #engine: Engine<CameraModel>;
  readonly #releaseMs: number;
  readonly #read: ReadModel;
  readonly #threads: number | undefined;
  readonly #loaded = new Map<string, Shelved>();
  /** Folders that were asked for and had no model that can be used, as they were found. */
  readonly #missing = new Map<string, string | undefined>();

  constructor(
    engine: Engine<CameraModel>,
    { releaseAfterMs = releaseMs, load = loadModel, threads }: ShelfOptions = {},
  ) {
    this.#engine = engine;
    this.#releaseMs = releaseAfterMs;
    this.#read = load;
    this.#threads = threads;
  }

  /** The model in `folder`, or undefined when none was learned yet. Throws ModelError when it does not fit the camera. */
  async find(folder: string, shape: FrameShape): Promise<LoadedModel | undefined> {
    let shelved = this.#loaded.get(folder);
    if (!shelved) {
      const stamp = stampOf(folder);
      this.#missing.set(folder, stamp);
      if (stamp === undefined) return undefined;
      shelved = { model: this.#load(folder), stamp, isUsed: false };
      this.#loaded.set(folder, shelved);
    }
    try {
      const model = await shelved.model;
      expectShape(model, shape);
      shelved.isUsed = true;
      this.#missing.delete(folder);
      return model;
    } catch (error) {
      if (!shelved.isUsed) this.#letGo(folder, shelved);
      throw error;
    }
  }

  /**
   * Loads the models whose folders were replaced since, by another process as a rule. Resolves with whether `find` has
   * something new. One that cannot be used is told once, and the old one stays.
   */
  async refresh(onError: (error: unknown) => void): Promise<boolean> {
    let isNew = false;
    for (const [folder, found] of this.#missing) {
      const stamp = stampOf(folder);
      if (stamp !== undefined && stamp !== found) isNew = this.#missing.delete(folder);
    }
    for (const [folder, shelved] of this.#loaded) {
      const stamp = stampOf(folder);
      // A folder that is being replaced is not there for a moment.
      if (stamp === undefined || stamp === shelved.stamp) continue;
      try {
        const old = await shelved.model;
        const model = await this.#load(folder, old);
        this.#loaded.set(folder, { model: Promise.resolve(model), stamp, isUsed: true });
        this.#releaseLater(old);
        isNew = true;
      } catch (error) {
        // Replaced once more while it was read: the next look is for that.
        if (stampOf(folder) !== stamp) continue;
        shelved.stamp = stamp;
        onError(error);
      }
    }
    return isNew;
  }

  /** Lets go of the models in other folders, which no camera has any more. */
  keep(folders: ReadonlySet<string>): void {
    for (const folder of this.#missing.keys()) if (!folders.has(folder)) this.#missing.delete(folder);
    for (const [folder, shelved] of this.#loaded) {
      if (folders.has(folder)) continue;
      this.#loaded.delete(folder);
      void shelved.model.then((model) => this.#releaseLater(model)).catch(() => undefined);
    }
  }

  #releaseLater({ session }: LoadedModel): void {
    setTimeout(() => void session.release().catch(() => undefined), this.#releaseMs).unref();
  }

  /** A model that no camera can use: another may take its place. */
  #letGo(folder: string, shelved: Shelved): void {
    if (this.#loaded.get(folder) !== shelved) return;
    this.#loaded.delete(folder);
    void shelved.model.then(async ({ session }) => session.release()).catch(() => undefined);
  }

  async #load(folder: string, instead?: LoadedModel): Promise<LoadedModel> {
    const stamp = stampOf(folder);
    const { model, card } = await this.#read(folder);
    if (stampOf(folder) !== stamp)
      throw new ModelError('unreadable', `${folder}: expected one model, found it replaced while it was read`);
    if (instead && JSON.stringify(card.input) !== JSON.stringify(instead.card.input))
      throw new ModelError(
        'mismatch',
        `${folder}: expected a model for the same pictures as the one in use, found one for ${card.input.width}x${card.input.height} with ${card.input.channels} channel(s); the old one stays until the next start`,
      );
    return {
      folder,
      card,
      session: await this.#engine.load(model, { threads: this.#threads }),
      state: initialState(model),
    };
  }
}

/** Changes when the folder is replaced; undefined while there is none, or none that may be looked into. */
const stampOf = (folder: string): string | undefined => {
  try {
    const { ino, mtimeMs } = statSync(path.join(folder, 'model.json'));
    return `${ino} ${mtimeMs}`;
  } catch {
    return undefined;
  }
};

const expectShape = ({ card, folder }: LoadedModel, shape: FrameShape): void => {
  const { height, width, channels } = card.input;
  if (width === shape.width && height === shape.height && channels === channelsOf(shape.format)) return;
  throw new ModelError(
    'mismatch',
    `${folder}: the model takes ${width}x${height} pictures with ${channels} channel(s), the camera gives ${shape.width}x${shape.height} with ${channelsOf(shape.format)}. Set the camera's size and colour to the model's, or learn a new model.`,
  );
};
