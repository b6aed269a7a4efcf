const windowMs = 3000;

/** Pictures and bits a second over the last seconds. */
export class PictureRate {
  #pictures: { readonly at: number; readonly bytes: number }[] = [];

  /** `at` is in milliseconds and never goes back. */
  add(at: number, bytes: number): void {
    this.#pictures.push({ at, bytes });
    this.#forget(at);
  }

  clear(): void {
    this.#pictures = [];
  }

  at(now: number): { readonly picturesPerSecond: number; readonly bitsPerSecond: number } {
    this.#forget(now);
    const first = this.#pictures[0]?.at ?? now;
    const seconds = Math.max(1000, Math.min(windowMs, now - first)) / 1000;
    const bytes = this.#pictures.reduce((sum, picture) => sum + picture.bytes, 0);
    return { picturesPerSecond: this.#pictures.length / seconds, bitsPerSecond: (8 * bytes) / seconds };
  }

  #forget(now: number): void {
    while (this.#pictures[0] && this.#pictures[0].at < now - windowMs) this.#pictures.shift();
  }
}
