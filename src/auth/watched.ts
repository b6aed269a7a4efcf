/** Things that are in use for as long as they are valid, each with what to call when it is not any more. */
export class Watched<Thing> {
  readonly #isValid: (thing: Thing) => boolean;
  readonly #entries = new Set<{ readonly thing: Thing; readonly onEnd: () => void }>();

  constructor(isValid: (thing: Thing) => boolean) {
    this.#isValid = isValid;
  }

  /** Returns how to take it out again; `onEnd` is called once at most. */
  add(thing: Thing, onEnd: () => void): () => void {
    const entry = { thing, onEnd };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** Ends those that are not valid any more. */
  check(): void {
    for (const entry of this.#entries) {
      if (this.#isValid(entry.thing)) continue;
      this.#entries.delete(entry);
      entry.onEnd();
    }
  }
}
