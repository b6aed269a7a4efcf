import type { Tensors } from './tensor.ts';

/** Devices a user may name; `auto` tries them from fastest to `cpu`. */
export const devices = ['auto', 'cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type Device = (typeof devices)[number];

/**
 * A loaded model. `run` takes ownership of the input buffers (they may be transferred to a worker and are then
 * unusable); it rejects with EngineError. Runs may overlap: the engine spreads them over its workers.
 */
export interface Session {
  run(inputs: Tensors, fetches?: readonly string[]): Promise<Tensors>;
  release(): Promise<void>;
}

/** `threads`: of each run, where the device is a CPU; the engine's own number by default. */
export interface LoadOptions {
  readonly threads?: number | undefined;
}

/** Something that runs models of type `Model`. `close()` ends every worker; pending runs reject with code 'closed'. */
export interface Engine<Model> {
  /** The device in use, after `auto` was resolved. */
  readonly device: Exclude<Device, 'auto'>;
  /** Runs worth having in flight at once: enough to keep every worker busy. */
  readonly concurrency: number;
  /** Frames worth putting into one run: 1 where batching gains nothing (CPU). */
  readonly batchSize: number;
  load(model: Model, options?: LoadOptions): Promise<Session>;
  close(): Promise<void>;
}
