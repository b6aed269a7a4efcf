import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';

import type { ClipRing } from './clip-ring.ts';

export interface ClipSpan {
  /** Milliseconds since the epoch: the key frame before it is the first. */
  readonly from: number;
  /** Nothing that comes later is recorded. */
  readonly until: number;
}

/** A disk that lags so many bytes behind gets no clip. */
const maxWaitingBytes = 16 * 1024 * 1024;

/**
 * One clip while it is recorded: what the ring has and what comes, written to a file. `done` resolves when the file is whole
 * and closed, and rejects when it could not be written.
 */
export class ClipRecording {
  readonly done: Promise<void>;
  readonly #file: WriteStream;
  #stop: () => void = () => undefined;
  #until: number;
  #isOver = false;

  /** Undefined when the ring has nothing to record. */
  static start(ring: ClipRing, path: string, span: ClipSpan): ClipRecording | undefined {
    return ring.bytes === 0 ? undefined : new ClipRecording(ring, path, span);
  }

  private constructor(ring: ClipRing, path: string, { from, until }: ClipSpan) {
    this.#until = until;
    const file = createWriteStream(path);
    this.#file = file;
    this.done = new Promise((resolve, reject) => {
      file.once('error', reject);
      file.once('close', resolve);
    });
    // Whoever awaits it hears of the failure; it must not be unhandled before.
    this.done.catch(() => this.end());
    const stop = ring.record(from, { write: (bytes, at) => this.#write(bytes, at), end: () => this.end() });
    if (stop) this.#stop = stop;
    if (!stop || this.#isOver) this.end();
    if (this.#isOver) this.#stop();
  }

  /** When it is to end. */
  set until(until: number) {
    this.#until = until;
  }

  /** Ends it when its time is over: no picture may come that would. */
  tick(now: number): void {
    if (now > this.#until) this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stop();
    this.#file.end();
  }

  #write(bytes: Uint8Array, at: number): void {
    if (this.#isOver) return;
    if (at > this.#until) return this.end();
    this.#file.write(bytes);
    if (this.#file.writableLength > maxWaitingBytes)
      this.#file.destroy(new Error('the disk is too slow for the video'));
  }
}
