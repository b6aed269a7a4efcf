import type { Device } from '../core/engine.ts';
import type { OpenDenoiser } from '../core/frame-denoiser.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { cameraGraph } from '../model/camera-model.ts';
import { openFrameDenoiser } from './frame-denoiser.ts';

interface DenoiserEngine {
  readonly device: Device;
  /** Threads of its one worker: the frames of a stream come one after the other. */
  readonly threads: number;
  readonly log?: (line: string) => void;
}

/** Denoisers on an engine of their own; `close` ends it, after every denoiser was released. */
export interface Denoisers {
  readonly open: OpenDenoiser;
  close(): Promise<void>;
}

export type OpenDenoisers = (engine: DenoiserEngine) => Promise<Denoisers>;

/** Throws EngineError for a device that cannot be used; `open` throws ModelError for a model that cannot. */
export const openDenoisers: OpenDenoisers = async (options) => {
  const engine = await openOrtEngine({ ...options, workers: 1 });
  const models = {
    ...engine,
    load: async (model: Parameters<typeof cameraGraph>[0]) => engine.load(cameraGraph(model)),
  };
  return { open: async (choice) => openFrameDenoiser(models, choice), close: async () => engine.close() };
};
