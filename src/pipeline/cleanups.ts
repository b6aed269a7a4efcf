/** What must be undone, in reverse order; one that fails keeps no other from running. */
export class Cleanups {
  readonly #cleanups: (() => Promise<void> | void)[] = [];

  add(cleanup: () => Promise<void> | void): void {
    this.#cleanups.push(cleanup);
  }

  /** Runs each once. Throws the failures together at the end. */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (let cleanup = this.#cleanups.pop(); cleanup; cleanup = this.#cleanups.pop()) {
      try {
        await cleanup();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Could not stop in good order');
  }
}
