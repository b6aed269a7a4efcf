import type { Device } from '../core/engine.ts';
import type { Tensors } from '../core/tensor.ts';

/** An execution provider of ONNX Runtime, by its onnxruntime-node name. */
export type Provider = Exclude<Device, 'auto'>;

/** What a worker thread is started with (its workerData). */
export interface WorkerSettings {
  readonly provider: Provider;
  /** Threads of each session inside this worker. */
  readonly threads: number;
  /** Added to the niceness of the worker's thread alone, 0..19; only on Linux. */
  readonly nice?: number;
}

/** What the main thread asks of a worker. `stop` gets no answer: the worker releases its sessions and exits. */
export type WorkerRequest =
  | {
      readonly type: 'load';
      readonly session: number;
      readonly model: Uint8Array;
      readonly threads: number | undefined;
    }
  | {
      readonly type: 'run';
      readonly session: number;
      readonly inputs: Tensors;
      readonly fetches?: readonly string[] | undefined;
    }
  | { readonly type: 'release'; readonly session: number }
  | { readonly type: 'stop' };

/** A request with the number its answer carries. Requests are answered in order. */
export interface WorkerCall {
  readonly call: number;
  readonly request: WorkerRequest;
}

/** `outputs` is empty for anything but a run; `error` is the message of what went wrong instead. */
export type WorkerAnswer =
  { readonly call: number; readonly outputs: Tensors } | { readonly call: number; readonly error: string };
