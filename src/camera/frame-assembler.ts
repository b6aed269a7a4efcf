import type { FramePool } from './frame-pool.ts';

/** Called with a filled buffer of the pool (the callee releases it), or with undefined when the frame was dropped for want of one. */
type OnFrame = (data: Uint8Array | undefined) => void;

/**
 * Cuts a stream of raw video into frames. Each byte is copied once, from the pipe's chunk into a pooled buffer; when the pool
 * is empty as a frame starts, that frame's bytes are skipped.
 */
export class FrameAssembler {
  readonly #pool: FramePool;
  readonly #onFrame: OnFrame;
  #buffer: Uint8Array | undefined;
  #filled = 0;

  constructor(pool: FramePool, onFrame: OnFrame) {
    this.#pool = pool;
    this.#onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    const { frameBytes } = this.#pool;
    for (let offset = 0; offset < chunk.length;) {
      if (this.#filled === 0) this.#buffer = this.#pool.acquire();
      const count = Math.min(frameBytes - this.#filled, chunk.length - offset);
      this.#buffer?.set(chunk.subarray(offset, offset + count), this.#filled);
      offset += count;
      this.#filled += count;
      if (this.#filled === frameBytes) this.#complete();
    }
  }

  /** Gives back the buffer of a frame that never became whole; the next byte starts a new frame. */
  reset(): void {
    if (this.#buffer) this.#pool.release(this.#buffer);
    this.#buffer = undefined;
    this.#filled = 0;
  }

  #complete(): void {
    const buffer = this.#buffer;
    this.#buffer = undefined;
    this.#filled = 0;
    this.#onFrame(buffer);
  }
}
