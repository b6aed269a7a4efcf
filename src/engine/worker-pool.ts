import { setTimeout as sleep } from 'node:timers/promises';

import { EngineError } from '../core/errors.ts';

/** What a pool needs to know of a worker. */
export interface PoolWorker {
  /** Resolves with the reason when the worker has left, whoever caused it; never rejects. */
  readonly exited: Promise<string>;
  /** Makes it leave; resolves when it has. */
  stop(): Promise<void>;
}

export interface WorkerPoolOptions<W> {
  /** A worker that has started already, the first of `size`. */
  readonly first: W;
  readonly size: number;
  /** Starts another worker; rejects with the reason when that is not possible. */
  readonly start: () => Promise<W>;
  readonly log: (line: string) => void;
  /** Callers a worker serves at once, the others lining up inside it; default 1. */
  readonly callersPerWorker?: number;
  /** Most callers waiting for a worker at once. */
  readonly maxWaiting?: number;
  /** The pause before a worker is replaced: doubles from `minMs` to `maxMs`, starts over after `maxMs` of good life. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number };
}

interface Waiting<W> {
  readonly resolve: (worker: W) => void;
  readonly reject: (error: EngineError) => void;
}

/** A fixed number of workers, each used by a bounded number of callers at a time and replaced when it dies. */
export class WorkerPool<W extends PoolWorker> {
  readonly #options: Required<WorkerPoolOptions<W>>;
  /** The workers alive, each with the number of its callers. */
  readonly #callers = new Map<W, number>();
  readonly #waiting: Waiting<W>[] = [];
  readonly #closing = new AbortController();
  readonly #slots: readonly Promise<void>[];

  constructor(options: WorkerPoolOptions<W>) {
    this.#options = { maxWaiting: 64, callersPerWorker: 1, backoff: { minMs: 100, maxMs: 10_000 }, ...options };
    this.#slots = Array.from({ length: options.size }, async (_, index) =>
      this.#keepAlive(index === 0 ? options.first : undefined),
    );
  }

  /** The workers alive now, busy or idle. */
  get workers(): readonly W[] {
    return [...this.#callers.keys()];
  }

  /**
   * Gives `job` a worker: the one with the fewest callers, best one that `suits`, else the next to become free, in order of
   * the calls. Rejects as `job` does, with 'overloaded' when too many wait already, 'worker-died' when the last worker died
   * meanwhile, or 'closed'.
   */
  async use<R>(job: (worker: W) => Promise<R>, suits: (worker: W) => boolean): Promise<R> {
    if (this.#closing.signal.aborted) throw closed();
    const worker = this.#takeFree(suits) ?? (await this.#wait());
    try {
      return await job(worker);
    } finally {
      this.#release(worker);
    }
  }

  /** Rejects who waits, stops every worker, and resolves when the last has left. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#rejectWaiting(closed());
    await Promise.all([...this.workers.map(async (worker) => worker.stop()), ...this.#slots]);
  }

  #takeFree(suits: (worker: W) => boolean): W | undefined {
    let best: { readonly worker: W; readonly callers: number; readonly suits: boolean } | undefined;
    for (const [worker, callers] of this.#callers) {
      if (callers >= this.#options.callersPerWorker || (best && callers > best.callers)) continue;
      if (!best || callers < best.callers || (!best.suits && suits(worker)))
        best = { worker, callers, suits: suits(worker) };
    }
    if (best) this.#callers.set(best.worker, best.callers + 1);
    return best?.worker;
  }

  async #wait(): Promise<W> {
    const { maxWaiting } = this.#options;
    if (this.#waiting.length >= maxWaiting)
      throw new EngineError('overloaded', `${maxWaiting} runs wait for a worker already; let some finish first.`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** One caller less: the next in line takes its place. */
  #release(worker: W): void {
    const callers = this.#callers.get(worker);
    if (callers === undefined) return; // It has died.
    const next = this.#waiting.shift();
    if (next) next.resolve(worker);
    else this.#callers.set(worker, callers - 1);
  }

  #rejectWaiting(error: EngineError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Keeps one place of the pool filled until the pool is closed. */
  async #keepAlive(first: W | undefined): Promise<void> {
    const { minMs, maxMs } = this.#options.backoff;
    let failures = 0;
    for (let worker = first; !this.#closing.signal.aborted; worker = undefined) {
      const startedAt = performance.now();
      const reason = await this.#live(worker);
      if (this.#closing.signal.aborted) return;
      if (performance.now() - startedAt > maxMs) failures = 0;
      const pauseMs = Math.min(maxMs, minMs * 2 ** failures++);
      this.#options.log(`An inference worker died (${reason}); the next one starts in ${pauseMs / 1000} s.`);
      if (this.#callers.size === 0)
        this.#rejectWaiting(new EngineError('worker-died', `No inference worker is alive (${reason}).`));
      await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  /** The life of one worker, from its start to the reason of its end. */
  async #live(started: W | undefined): Promise<string> {
    try {
      const worker = started ?? (await this.#options.start());
      if (this.#closing.signal.aborted) await worker.stop();
      else {
        this.#callers.set(worker, this.#options.callersPerWorker);
        for (let place = 0; place < this.#options.callersPerWorker; place++) this.#release(worker);
      }
      const reason = await worker.exited;
      this.#callers.delete(worker);
      return reason;
    } catch (error) {
      return (error as Error).message;
    }
  }
}

const closed = (): EngineError => new EngineError('closed', 'The engine was closed.');
