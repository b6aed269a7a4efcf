import type { LoadOptions } from '../core/engine.ts';
import type { Worker } from 'node:worker_threads';

import { EngineError } from '../core/errors.ts';
import type { Tensors } from '../core/tensor.ts';
import type { WorkerAnswer, WorkerCall, WorkerRequest } from './ort-messages.ts';
import { toTransfer } from './transfer.ts';
import type { PoolWorker } from './worker-pool.ts';

interface Pending {
  readonly code: 'load-failed' | 'run-failed';
  readonly resolve: (outputs: Tensors) => void;
  readonly reject: (error: EngineError) => void;
}

/** A worker thread of ort-worker.ts, seen from the main thread. Every call is answered or rejects with EngineError. */
export class OrtThread implements PoolWorker {
  readonly exited: Promise<string>;
  readonly #worker: Worker;
  readonly #loaded = new Set<number>();
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  /** Set when no call will be answered any more. */
  #ended: EngineError | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.exited = new Promise((resolve) => {
      let reason: string | undefined;
      worker.on('error', (error) => (reason = error.message));
      worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
      worker.on('exit', (exitCode) => {
        reason ??= `exit code ${exitCode}`;
        this.#end(new EngineError('worker-died', `An inference worker died (${reason}).`));
        resolve(reason);
      });
    });
  }

  has(session: number): boolean {
    return this.#loaded.has(session);
  }

  /** Creates the session in this thread, unless it is there already. */
  async load(session: number, model: Uint8Array, { threads }: LoadOptions = {}): Promise<void> {
    if (this.#loaded.has(session)) return;
    this.#loaded.add(session);
    try {
      await this.#call('load-failed', { type: 'load', session, model, threads });
    } catch (error) {
      this.#loaded.delete(session);
      throw error;
    }
  }

  /** Runs a loaded session; the buffers of `inputs` move to the thread. */
  async run(session: number, inputs: Tensors, fetches?: readonly string[]): Promise<Tensors> {
    const { tensors, buffers } = toTransfer(inputs);
    return this.#call('run-failed', { type: 'run', session, inputs: tensors, fetches }, buffers);
  }

  async release(session: number): Promise<void> {
    if (this.#loaded.delete(session)) await this.#call('run-failed', { type: 'release', session });
  }

  /** Rejects what is pending with 'closed', lets a run in progress end, and waits until the thread has left. */
  async stop(): Promise<void> {
    this.#end(new EngineError('closed', 'The engine was closed.'));
    this.#worker.postMessage({ call: this.#calls++, request: { type: 'stop' } } satisfies WorkerCall, []);
    await this.exited;
  }

  async #call(code: Pending['code'], request: WorkerRequest, buffers: ArrayBuffer[] = []): Promise<Tensors> {
    if (this.#ended) throw this.#ended;
    const call = this.#calls++;
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { code, resolve, reject });
      this.#worker.postMessage({ call, request } satisfies WorkerCall, buffers);
    });
  }

  #settle(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.call);
    if (!pending) return; // Rejected when the engine was closed.
    this.#pending.delete(answer.call);
    if ('error' in answer) pending.reject(new EngineError(pending.code, answer.error));
    else pending.resolve(answer.outputs);
  }

  #end(error: EngineError): void {
    this.#ended ??= error;
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
