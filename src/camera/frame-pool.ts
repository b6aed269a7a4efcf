/** Buffers of one size, used again and again. At most `capacity` are out at a time; each is made when first needed. */
export class FramePool {
  readonly frameBytes: number;
  readonly #capacity: number;
  readonly #free: Uint8Array[] = [];
  #out = 0;

  /** With a capacity of Infinity nothing is ever refused, and buffers that are not given back are left to the collector. */
  constructor(frameBytes: number, capacity: number) {
    this.frameBytes = frameBytes;
    this.#capacity = capacity;
  }

  /** A buffer with stale content, or undefined when all are out. */
  acquire(): Uint8Array | undefined {
    if (this.#out >= this.#capacity) return undefined;
    this.#out += 1;
    return this.#free.pop() ?? new Uint8Array(this.frameBytes);
  }

  /** Takes back a buffer that `acquire` gave; the caller must not use it any more. */
  release(buffer: Uint8Array): void {
    this.#out -= 1;
    this.#free.push(buffer);
  }
}
