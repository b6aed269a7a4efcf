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
 * Carries the notifications of one notifier from the outbox to its channel, the oldest first. One that fails waits
 * longer each time, and everything else pauses too, for less: a receiver that is down is not hammered, and a notification
 * that it cannot take keeps no other from arriving.
 */
export class Courier {
  readonly #name: string;
  readonly #channel: Pick<Channel, 'deliver' | 'isReady' | 'maxAttempts' | 'concurrency'>;
  readonly #deps: Required<CourierDeps>;
  readonly #underWay = new Map<number, Promise<void>>();
  #wakeUp = new AbortController();
  /** Failures since the last success. */
  #failures = 0;
  #pausedUntil = -Infinity;
  #expiresAt = -Infinity;

  constructor(
    name: string,
    channel: Pick<Channel, 'deliver' | 'isReady' | 'maxAttempts' | 'concurrency'>,
    deps: CourierDeps,
  ) {
    this.#name = name;
    this.#channel = channel;
    this.#deps = { now: Date.now, random: Math.random, sleep: sleepUntil, ...deps };
  }

  /** Looks into the outbox again; `hasRecovered` ends the pause after failures. */
  wake(hasRecovered = false): void {
    if (hasRecovered) this.#pausedUntil = -Infinity;
    this.#wakeUp.abort();
  }

  /** Carries until aborted, and waits for the attempts that are under way then; `cut` ends those, too. */
  async run(signal: AbortSignal, cut = signal): Promise<void> {
    signal.addEventListener('abort', () => this.wake(), { once: true });
    while (!signal.aborted) {
      // Before the outbox is read: what is added from here on is seen in the next round.
      this.#wakeUp = new AbortController();
      const pauseMs = this.#round(cut);
      if (pauseMs === 0 || signal.aborted) continue;
      const { signal: woken } = this.#wakeUp;
      if (this.#underWay.size === 0) await this.#deps.sleep(pauseMs, woken);
      else await Promise.race([...this.#underWay.values(), aborted(woken)]);
    }
    await Promise.all(this.#underWay.values());
  }

  /** One look into the outbox; tells for how long there is nothing more to do. */
  #round(cut: AbortSignal): number {
    const { outbox, onLosses, onError, now } = this.#deps;
    try {
      if (now() >= this.#expiresAt) {
        this.#expiresAt = now() + expiryMs;
        onLosses(outbox.expire(this.#name, now()));
      }
      const busy = this.#underWay.size;
      if (!this.#channel.isReady || busy >= this.#channel.concurrency) return expiryMs;
      if (now() < this.#pausedUntil) return this.#pausedUntil - now();
      const next = outbox.due(this.#name, now(), busy + 1).find(({ seq }) => !this.#underWay.has(seq));
      if (next) {
        this.#underWay.set(next.seq, this.#carry(next, cut));
        return 0;
      }
      return busy > 0 ? expiryMs : Math.min(expiryMs, Math.max(1, (outbox.nextDueAt(this.#name) ?? Infinity) - now()));
    } catch (error) {
      onError(error);
      return faultMs;
    }
  }

  async #carry(notification: Notification, cut: AbortSignal): Promise<void> {
    try {
      const attempt = await this.#channel.deliver(notification, cut);
      if (attempt.outcome === 'delivered' || !cut.aborted) this.#settle(notification, attempt);
    } catch (error) {
      this.#pausedUntil = this.#deps.now() + faultMs;
      this.#deps.onError(error);
    } finally {
      this.#underWay.delete(notification.seq);
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

const aborted = async (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

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
