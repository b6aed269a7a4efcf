/** When an incident of a camera starts and ends. Scores: 1.0 is the threshold. */
export interface IncidentOptions {
  /** An incident opens when the score has been at 1 or above for this long without a break; 0: at once. */
  readonly minSeconds: number;
  /** An open incident closes when the score has been below `clearBelow` (at most 1) for `holdSeconds`. */
  readonly clearBelow: number;
  readonly holdSeconds: number;
  /** A new rise so soon after the end of an incident belongs to it: there is one alert for both. */
  readonly cooldownSeconds: number;
}

/** Times are those of the frames, in milliseconds since the epoch. */
export interface Incident {
  /** The first frame at or above the threshold. */
  readonly startAt: number;
  readonly peakAt: number;
  readonly peakScore: number;
  /** The last frame that was not below `clearBelow`; null while the incident goes on. */
  readonly endAt: number | null;
}

export interface IncidentEvent {
  readonly event: 'opened' | 'updated' | 'closed';
  readonly incident: Incident;
}

/** An open incident says that its peak has grown at most this often. */
const updateEveryMs = 1000;

/** A camera that gave no frame for this long has gone away; it may be longer, with `holdSeconds`. */
const silenceMs = 2000;

/**
 * The incidents of one camera, as a state machine over its scores: quiet -> rising (at or above 1, shorter than
 * `minSeconds`) -> open -> closed. Within the cooldown a closed incident opens again, as `updated` with `endAt` null.
 */
export class IncidentTracker {
  readonly #options: IncidentOptions;
  #state: 'quiet' | 'rising' | 'open' = 'quiet';
  /** Rising or open: that one. Quiet: the last closed one. */
  #incident: Incident | undefined;
  /** While rising: the closed incident that the rise will continue. */
  #previous: Incident | undefined;
  #lastAboveAt = 0;
  #announced: { readonly at: number; readonly peakAt: number } = { at: 0, peakAt: 0 };

  constructor(options: IncidentOptions) {
    this.#options = options;
  }

  /** The incident that is rising or open. */
  get current(): Incident | undefined {
    return this.#state === 'quiet' ? undefined : this.#incident;
  }

  /** Takes the score of the next frame, in time order. */
  next(score: number, at: number): IncidentEvent | undefined {
    if (this.#state !== 'open' && score < 1) {
      this.#abandonRise();
      return undefined;
    }
    if (score >= this.#options.clearBelow) this.#lastAboveAt = at;
    if (this.#state === 'quiet') this.#rise(score, at);
    if (this.#incident && score > this.#incident.peakScore) {
      this.#incident = { ...this.#incident, peakScore: score, peakAt: at };
    }
    if (this.#state === 'rising') return this.#openIfLongEnough(at);
    return (
      (score < this.#options.clearBelow ? this.#closeAfter(this.#options.holdSeconds * 1000, at) : undefined) ??
      this.#updateIfDue(at)
    );
  }

  /** Lets time pass without a frame: a camera that went away does not leave its incident open, nor half-risen. */
  tick(at: number): IncidentEvent | undefined {
    const afterMs = Math.max(silenceMs, this.#options.holdSeconds * 1000);
    if (this.#state === 'rising' && at - this.#lastAboveAt >= afterMs) this.#abandonRise();
    return this.#closeAfter(afterMs, at);
  }

  /** Closes an open incident now, because no more frames will come. */
  close(): IncidentEvent | undefined {
    if (this.#state !== 'open' || !this.#incident) return undefined;
    this.#state = 'quiet';
    this.#incident = { ...this.#incident, endAt: this.#lastAboveAt };
    return { event: 'closed', incident: this.#incident };
  }

  #closeAfter(quietMs: number, at: number): IncidentEvent | undefined {
    return at - this.#lastAboveAt >= quietMs ? this.close() : undefined;
  }

  #rise(score: number, at: number): void {
    this.#previous = this.#incident;
    this.#incident = { startAt: at, peakAt: at, peakScore: score, endAt: null };
    this.#state = 'rising';
  }

  #abandonRise(): void {
    if (this.#state !== 'rising') return;
    this.#incident = this.#previous;
    this.#state = 'quiet';
  }

  #openIfLongEnough(at: number): IncidentEvent | undefined {
    const rise = this.#incident;
    if (!rise || at - rise.startAt < this.#options.minSeconds * 1000) return undefined;
    const previous = this.#previous;
    const since = previous?.endAt == null ? Infinity : rise.startAt - previous.endAt;
    this.#state = 'open';
    if (!previous || since > this.#options.cooldownSeconds * 1000) return this.#announce('opened', rise, at);
    const { startAt, peakAt, peakScore } = previous;
    const higher = rise.peakScore > peakScore ? rise : { peakAt, peakScore };
    return this.#announce('updated', { ...rise, ...higher, startAt }, at);
  }

  #updateIfDue(at: number): IncidentEvent | undefined {
    const incident = this.#incident;
    const isNews = incident && incident.peakAt !== this.#announced.peakAt;
    return isNews && at - this.#announced.at >= updateEveryMs ? this.#announce('updated', incident, at) : undefined;
  }

  #announce(event: 'opened' | 'updated', incident: Incident, at: number): IncidentEvent {
    this.#incident = incident;
    this.#announced = { at, peakAt: incident.peakAt };
    return { event, incident };
  }
}
