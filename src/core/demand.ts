/** The live pictures of a camera that can be watched. */
export type LiveKind = 'raw' | 'denoised';

/** Who watches which live picture of which camera, counted: what nobody watches need not be made. */
export class Demand {
  readonly #watchers = new Map<string, number>();
  readonly #listeners = new Set<(camera: string) => void>();

  /** One more wants it (a viewer, a publisher) until the function returned is called; a second call has no effect. */
  want(camera: string, kind: LiveKind): () => void {
    const key = keyOf(camera, kind);
    const before = this.#watchers.get(key) ?? 0;
    this.#watchers.set(key, before + 1);
    if (before === 0) this.#tell(camera);
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      const left = (this.#watchers.get(key) ?? 0) - 1;
      if (left > 0) this.#watchers.set(key, left);
      else {
        this.#watchers.delete(key);
        this.#tell(camera);
      }
    };
  }

  wants(camera: string, kind: LiveKind): boolean {
    return this.#watchers.has(keyOf(camera, kind));
  }

  /** Calls `listener` whenever what is wanted of a camera has changed, until the function returned is called. */
  onChange(listener: (camera: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(camera: string): void {
    for (const listener of this.#listeners) listener(camera);
  }
}

const keyOf = (camera: string, kind: LiveKind): string => `${kind} ${camera}`;
