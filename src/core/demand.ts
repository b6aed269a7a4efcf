/** The live pictures of a camera that can be watched. */
export type LiveKind = 'raw' | 'denoised';

/** Who watches which live picture of which camera, counted: what nobody watches need not be made. */
export class Demand {
  readonly #watchers = new Map<string, number>();

  /** One more wants it (a viewer, a publisher) until the function returned is called; calling that again has no effect. */
  want(camera: string, kind: LiveKind): () => void {
    const key = keyOf(camera, kind);
    this.#watchers.set(key, (this.#watchers.get(key) ?? 0) + 1);
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      const left = (this.#watchers.get(key) ?? 0) - 1;
      if (left > 0) this.#watchers.set(key, left);
      else this.#watchers.delete(key);
    };
  }

  wants(camera: string, kind: LiveKind): boolean {
    return this.#watchers.has(keyOf(camera, kind));
  }
}

const keyOf = (camera: string, kind: LiveKind): string => `${kind} ${camera}`;
