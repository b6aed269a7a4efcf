import { messageOf } from '../core/errors.ts';
import type { MqttLink } from './mqtt-connection.ts';

/** Remembers, over restarts, which topics a broker holds a message of. */
export interface TopicMemory {
  list(): string[];
  add(topic: string): void;
  remove(topic: string): void;
}

export type RetainedLink = Pick<MqttLink, 'publish'>;

/** Unconfirmed messages at a time: a broker may refuse more than 10 (MQTT 5, Receive Maximum), and alerts need some. */
const mostInFlight = 4;

/**
 * The newest message of each topic, as a broker is to keep it: published when it changes, all of them when a connection is
 * made, and cleared when nobody wants them any more, also those of an earlier run. What a slow broker has no time for is
 * replaced by what is newer.
 */
export class RetainedTopics {
  readonly #memory: TopicMemory;
  readonly #onProblem: (message: string) => void;
  readonly #wanted = new Map<string, string | Uint8Array>();
  /** Those whose every message need not arrive: QoS 0. */
  readonly #lossy = new Set<string>();
  /** Those that stay as they are at the broker until there is something newer. */
  readonly #kept = new Set<string>();
  readonly #held: Set<string>;
  /** What the broker is still to be told of. */
  readonly #waiting = new Set<string>();
  #inFlight = 0;
  #link: RetainedLink | undefined;

  /** `onProblem`: told what a broker refuses while the connection stands, or what the memory cannot keep. */
  constructor(memory: TopicMemory, onProblem: (message: string) => void) {
    this.#memory = memory;
    this.#onProblem = onProblem;
    this.#held = new Set(memory.list());
  }

  /** Publishes everything to a new connection; undefined when it is lost. */
  attach(link: RetainedLink | undefined): void {
    this.#link = link;
    this.#inFlight = 0;
    this.#waiting.clear();
    if (link) this.publishAll();
  }

  publishAll(): void {
    for (const topic of this.#held) if (!this.#wanted.has(topic) && !this.#kept.has(topic)) this.#waiting.add(topic);
    for (const topic of this.#wanted.keys()) this.#waiting.add(topic);
    this.#advance();
  }

  /** `isLossy`: changes all the time, and one that is lost does not matter. */
  set(topic: string, payload: string, isLossy = false): void {
    if (this.#wanted.get(topic) === payload) return;
    if (isLossy) this.#lossy.add(topic);
    this.#wanted.set(topic, payload);
    this.#waiting.add(topic);
    this.#advance();
  }

  /** What the broker holds of the topic, perhaps of an earlier run, is not cleared. */
  keep(topic: string): void {
    this.#kept.add(topic);
  }

  /** Publishes once, at once; a later connection gets it only when the broker took it. */
  async put(topic: string, payload: Uint8Array): Promise<void> {
    await this.#attempt(async (link) => {
      await this.#publish(link, topic, payload);
      if (this.#kept.has(topic)) this.#wanted.set(topic, payload);
    });
  }

  /** Nobody wants the topic any more. */
  clear(topic: string): void {
    this.#kept.delete(topic);
    this.#lossy.delete(topic);
    this.#wanted.delete(topic);
    this.#waiting.delete(topic);
    if (this.#held.has(topic)) this.#waiting.add(topic);
    this.#advance();
  }

  #advance(): void {
    for (const topic of this.#waiting) {
      if (!this.#link || this.#inFlight >= mostInFlight) return;
      this.#waiting.delete(topic);
      void this.#send(this.#link, topic);
    }
  }

  async #send(link: RetainedLink, topic: string): Promise<void> {
    this.#inFlight += 1;
    await this.#attempt(async () => {
      const payload = this.#wanted.get(topic);
      if (payload !== undefined) return this.#publish(link, topic, payload);
      await link.publish(topic, '', { qos: 1, retain: true });
      if (this.#wanted.has(topic)) return;
      this.#held.delete(topic);
      this.#memory.remove(topic);
    });
    if (this.#link !== link) return;
    this.#inFlight -= 1;
    this.#advance();
  }

  async #publish(link: RetainedLink, topic: string, payload: string | Uint8Array): Promise<void> {
    // Noted first: what a crash leaves at the broker is found again.
    if (!this.#held.has(topic)) this.#memory.add(topic);
    this.#held.add(topic);
    await link.publish(topic, payload, { qos: this.#lossy.has(topic) ? 0 : 1, retain: true });
  }

  async #attempt(run: (link: RetainedLink) => Promise<void>): Promise<void> {
    const link = this.#link;
    if (!link) return;
    try {
      await run(link);
    } catch (error) {
      // A lost connection has its own message, and the next one gets everything.
      if (this.#link === link) this.#onProblem(messageOf(error));
    }
  }
}
