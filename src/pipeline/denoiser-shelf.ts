import { availableParallelism } from 'node:os';

import type { Engine } from '../core/engine.ts';
import { ModelError } from '../core/errors.ts';
import type { FrameShape } from '../core/frame.ts';
import { chooseDenoiser } from '../learn/choose-denoiser.ts';
import { liveDenoiserFolder, loadDenoiser } from '../learn/frame-denoiser.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { createDenoiser } from '../task/denoise.ts';
import type { Denoiser } from './live-pictures.ts';
import { ModelShelf } from './models.ts';

interface DenoiserWish {
  /** A shipped denoiser by its name, or a folder. */
  readonly model: string;
  /** Where the camera's own one is, if it learned one. */
  readonly own: string;
  readonly shape: FrameShape;
  /** 0..1 */
  readonly strength: number;
}

/** The denoisers of one engine, a shelf for each size: a net takes pictures of any size, a session those of one. */
export class DenoiserShelf {
  readonly #engine: Engine<CameraModel>;
  readonly #shelves = new Map<string, ModelShelf>();

  constructor(engine: Engine<CameraModel>) {
    this.#engine = engine;
  }

  /**
   * What the camera learned for itself, else the one that was asked for; `onError` is told of one of its own that
   * cannot be used. Throws ModelError or EngineError when the other cannot be used either.
   */
  async find(
    { model, own, shape, strength }: DenoiserWish,
    onError: (error: unknown) => void,
  ): Promise<Denoiser | undefined> {
    const shelf = this.#shelfFor(shape);
    // What cameras learned before Nightjar had a denoiser of its own is of another kind.
    const tell = (error: unknown): undefined => {
      if (!(error instanceof ModelError && error.code === 'mismatch')) onError(error);
    };
    const found = (await shelf.find(own, shape).catch(tell)) ?? (await shelf.find(this.#folderOf(model, shape), shape));
    return found && { model: found, open: () => createDenoiser(found.state, { strength }) };
  }

  /** Takes up denoisers that were learned since; resolves with whether `find` has something new. */
  async refresh(onError: (error: unknown) => void): Promise<boolean> {
    const areNew = await Promise.all([...this.#shelves.values()].map(async (shelf) => shelf.refresh(onError)));
    return areNew.some(Boolean);
  }

  /** Lets go of the denoisers that none of these wishes, of all cameras there are, may find. */
  keep(wishes: readonly Pick<DenoiserWish, 'model' | 'own' | 'shape'>[]): void {
    for (const [key, shelf] of this.#shelves) {
      const ofShape = wishes.filter(({ shape }) => keyOf(shape) === key);
      shelf.keep(new Set(ofShape.flatMap(({ model, own, shape }) => [own, this.#folderOf(model, shape)])));
      if (ofShape.length === 0) this.#shelves.delete(key);
    }
  }

  #folderOf(model: string, shape: FrameShape): string {
    return liveDenoiserFolder(model, shape, this.#engine.device);
  }

  #shelfFor(shape: FrameShape): ModelShelf {
    const key = keyOf(shape);
    const shelf =
      this.#shelves.get(key) ??
      new ModelShelf(this.#engine, {
        threads: threadsFor(shape),
        load: async (folder) => {
          const { model, card } = await loadDenoiser(folder, shape);
          return { model: await chooseDenoiser(this.#engine, model), card };
        },
      });
    this.#shelves.set(key, shelf);
    return shelf;
  }
}

const keyOf = ({ width, height, format }: FrameShape): string => `${width}x${height} ${format}`;

/** Pixels that one thread denoises in less than a tenth of a second. */
const pixelsAThread = 460_800;

/** One frame of a camera is denoised at a time: of large ones more come out with several threads. */
const threadsFor = ({ width, height }: FrameShape): number =>
  Math.min(availableParallelism(), Math.ceil((width * height) / pixelsAThread));
