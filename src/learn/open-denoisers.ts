import type { Device } from '../core/engine.ts';
import { ModelError } from '../core/errors.ts';
import type { OpenDenoiser } from '../core/frame-denoiser.ts';

interface DenoiserEngine {
  readonly device: Device;
  /** Threads of its one worker. */
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
export const openDenoisers: OpenDenoisers = async () => ({
  open: async ({ model }) => {
    throw new ModelError('missing', `There is no denoiser "${model}" in this version.`);
  },
  close: async () => undefined,
});
