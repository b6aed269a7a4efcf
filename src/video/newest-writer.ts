/** Who takes the bytes: calls back when it has them all, or never when it is gone. */
type Write = (data: Uint8Array, onTaken: () => void) => void;

export interface NewestWriterOptions<Note> {
  /** Length of every picture. */
  readonly bytes: number;
  readonly write: Write;
  /** Told right before a picture is written. */
  readonly onWrite: (note: Note) => void;
  /** Told when a newer picture took the place of a waiting one. */
  readonly onDrop: () => void;
}

/** Hands pictures to a slow taker: one is being written, one waits, and a newer one takes its place. */
export class NewestWriter<Note> {
  readonly #options: NewestWriterOptions<Note>;
  #written: Uint8Array;
  #spare: Uint8Array;
  #writing = false;
  #waiting: { readonly note: Note } | undefined;

  constructor(options: NewestWriterOptions<Note>) {
    this.#options = options;
    this.#written = new Uint8Array(options.bytes);
    this.#spare = new Uint8Array(options.bytes);
  }

  /** Copies the picture; `note` comes back when it is written. */
  offer(data: Uint8Array, note: Note): void {
    if (this.#waiting) this.#options.onDrop();
    this.#spare.set(data);
    this.#waiting = { note };
    if (!this.#writing) this.#next();
  }

  #next(): void {
    const waiting = this.#waiting;
    this.#writing = waiting !== undefined;
    if (!waiting) return;
    this.#waiting = undefined;
    [this.#written, this.#spare] = [this.#spare, this.#written];
    this.#options.onWrite(waiting.note);
    this.#options.write(this.#written, () => this.#next());
  }
}
