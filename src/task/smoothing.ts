/** Causal smoothing: s += (1 - exp(-dt / seconds)) * (value - s). The first value is taken as it is. */
export class Smoothing {
  readonly #seconds: number;
  #value: number | undefined;

  /** `seconds` is the time constant; 0 for none. */
  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** The smoothed value, `seconds` after the last; a gap counts as one time constant at most. */
  next(value: number, seconds: number): number {
    const elapsed = Math.min(Math.max(0, seconds), this.#seconds);
    const weight = this.#seconds > 0 ? 1 - Math.exp(-elapsed / this.#seconds) : 1;
    this.#value = this.#value === undefined ? value : this.#value + weight * (value - this.#value);
    return this.#value;
  }
}
