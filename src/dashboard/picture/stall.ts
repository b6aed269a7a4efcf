/** When pictures are further apart than this, the time between them is not the player's. */
const longestGapMs = 1000;

/** How long the pictures of a feed have been coming without any being shown. */
export class Stall {
  #cameAt: number | undefined;
  #shown: string | undefined;
  #ms = 0;

  /** A picture came; `shown` names the one that is to be seen at this moment. Gives the milliseconds so far. */
  next(now: number, shown: string | undefined): number {
    if (shown === this.#shown) this.#ms += Math.min(longestGapMs, now - (this.#cameAt ?? now));
    else this.#ms = 0;
    this.#shown = shown;
    this.#cameAt = now;
    return this.#ms;
  }
}
