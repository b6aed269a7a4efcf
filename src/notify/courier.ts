import type { Attempt, Channel } from './channel.ts';
import type { Losses, Notification, Outbox } from './outbox.ts';
import { waitMs } from './retry-wait.ts';

export interface CourierDeps {
  readonly outbox: Pick<Outbox, 'due' | 'nextDueAt' | 'delivered' | 'hasten' | 'postpone' | 'giveUp' | 'expire'>;
  /** Told of each attempt that failed, and of each success. */
  readonly onAttempt: (attempt: Attempt) => void;
  readonly onLosses: (losses: Losses) => void;
  /** Told when the outbox cannot be read or written. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  /** Resolves after `ms`, or earlier when the signal says so. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** How often what is too old is looked for. */
const expiryMs = 60_000;
/** The longest pause after a failure before another notification is tried. */
const longestPauseMs = 60_000;
/** After an outbox that failed. */
const faultMs = 5000;

/**
 * Carries the notifications of one notifier from the outbox to its channel, one at a time, the oldest first. One that fails waits
 * longer each time, and everything else pauses too, for less: a receiver that is down is not hammered, and a notification
 * that it cannot take keeps no other from arriving.
 */
export class Courier {
  readonly #name: string;
  readonly #channel: Pick<Channel, 'deliver' | 'isReady' | 'maxAttempts'>;
  readonly #deps: Required<CourierDeps>;
  #wakeUp = new AbortController();
  /** Failures since the last success. */
  #failures = 0;
  #pausedUntil = -Infinity;
  #expiresAt = -Infinity;

  constructor(name: string, channel: Pick<Channel, 'deliver' | 'isReady' | 'maxAttempts'>, deps: CourierDeps) {
    this.#name = name;
    this.#channel = channel;
    this.#deps = { now: Date.now, random: Math.random, sleep: sleepUntil, ...deps };
  }

  /** Looks into the outbox again; `hasRecovered` ends the pause after failures. */
  wake(hasRecovered = false): void {
    if (hasRecovered) this.#pausedUntil = -Infinity;
    this.#wakeUp.abort();
  }

  /** Carries until aborted, and waits for the attempt that is under way then; `cut` ends that, too. */
  async run(signal: AbortSignal, cut = signal): Promise<void> {
    signal.addEventListener('abort', () => this.wake(), { once: true });
    while (!signal.aborted) {
      // Before the outbox is read: what is added from here on is seen in the next round.
      this.#wakeUp = new AbortController();
      const pauseMs = await this.#round(cut);
      if (pauseMs > 0 && !signal.aborted) await this.#deps.sleep(pauseMs, this.#wakeUp.signal);
    }
  }

  /** One look into the outbox; resolves with how long there is nothing to do. */
  async #round(cut: AbortSignal): Promise<number> {
    const { outbox, onLosses, onError, now } = this.#deps;
    try {
      if (now() >= this.#expiresAt) {
        this.#expiresAt = now() + expiryMs;
        onLosses(outbox.expire(this.#name, now()));
      }
      if (!this.#channel.isReady) return expiryMs;
      if (now() < this.#pausedUntil) return this.#pausedUntil - now();
      const notification = outbox.due(this.#name, now());
      if (!notification) return Math.min(expiryMs, Math.max(1, (outbox.nextDueAt(this.#name) ?? Infinity) - now()));
      const attempt = await this.#channel.deliver(notification, cut);
      if (attempt.outcome === 'delivered' || !cut.aborted) this.#settle(notification, attempt);
      return 0;
    } catch (error) {
      onError(error);
      return faultMs;
    }
  }

  #settle({ seq, attempts }: Notification, attempt: Attempt): void {
    const { outbox, onAttempt, onLosses, now, random } = this.#deps;
    if (attempt.outcome === 'delivered') {
      outbox.delivered(seq, now());
      // More than one failure in a row was the receiver's, which is back.
      if (this.#failures > 1) outbox.hasten(this.#name, now());
      this.#failures = 0;
      return onAttempt(attempt);
    }
    const { message } = attempt;
    this.#failures += 1;
    const afterMs = attempt.outcome === 'later' ? (attempt.afterMs ?? 0) : 0;
    // Who asks for time gets it.
    this.#pausedUntil = now() + Math.max(afterMs, Math.min(longestPauseMs, waitMs(this.#failures - 1, random())));
    const isLast = attempt.outcome === 'refused' || attempts + 1 >= this.#channel.maxAttempts;
    outbox.postpone(seq, now() + Math.max(afterMs, waitMs(attempts, random())), message);
    if (isLast) onLosses(outbox.giveUp(seq, message, now()));
    onAttempt(attempt);
  }
}

const sleepUntil = async (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });
