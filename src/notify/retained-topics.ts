import type { MqttLink } from './mqtt-connection.ts';

/** Remembers, over restarts, which topics a broker holds a message of. */
export interface TopicMemory {
  list(): string[];
  add(topic: string): void;
  remove(topic: string): void;
}

export type RetainedLink = Pick<MqttLink, 'publish'>;

/**
 * The newest message of each topic, as a broker is to keep it: published when it changes, all of them when a connection is
 * made, and cleared when nobody wants them any more, also those of an earlier run. Without a connection only the newest is kept.
 */
export class RetainedTopics {
  readonly #memory: TopicMemory;
  readonly #onProblem: (message: string) => void;
  readonly #wanted = new Map<string, string | Uint8Array>();
  /** Those that stay as they are at the broker until there is something newer. */
  readonly #kept = new Set<string>();
  readonly #held: Set<string>;
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
    if (link) this.publishAll();
  }

  publishAll(): void {
    for (const topic of this.#held) if (!this.#wanted.has(topic) && !this.#kept.has(topic)) void this.#clear(topic);
    for (const topic of this.#wanted.keys()) void this.#publish(topic);
  }

  /** `qos` 0 for what changes all the time. */
  set(topic: string, payload: string, qos: 0 | 1 = 1): void {
    if (this.#wanted.get(topic) === payload) return;
    this.#wanted.set(topic, payload);
    void this.#publish(topic, qos);
  }

  /** What the broker holds of the topic, perhaps of an earlier run, is not cleared. */
  keep(topic: string): void {
    this.#kept.add(topic);
  }

  /** Publishes once; a later connection gets it only when the broker took it. */
  async put(topic: string, payload: Uint8Array): Promise<void> {
    await this.#attempt(async (link) => {
      this.#hold(topic);
      await link.publish(topic, payload, { qos: 1, retain: true });
      if (this.#kept.has(topic)) this.#wanted.set(topic, payload);
    });
  }

  /** Nobody wants the topic any more. */
  clear(topic: string): void {
    this.#kept.delete(topic);
    if (!this.#wanted.delete(topic) && !this.#held.has(topic)) return;
    void this.#clear(topic);
  }

  async #publish(topic: string, qos: 0 | 1 = 1): Promise<void> {
    const payload = this.#wanted.get(topic);
    if (payload === undefined) return;
    await this.#attempt(async (link) => {
      this.#hold(topic);
      await link.publish(topic, payload, { qos, retain: true });
    });
  }

  /** Before it is published: what a crash leaves at the broker is found again. */
  #hold(topic: string): void {
    if (!this.#held.has(topic)) this.#memory.add(topic);
    this.#held.add(topic);
  }

  async #clear(topic: string): Promise<void> {
    await this.#attempt(async (link) => {
      await link.publish(topic, '', { qos: 1, retain: true });
      if (this.#wanted.has(topic)) return;
      this.#held.delete(topic);
      this.#memory.remove(topic);
    });
  }

  async #attempt(run: (link: RetainedLink) => Promise<void>): Promise<void> {
    const link = this.#link;
    if (!link) return;
    try {
      await run(link);
    } catch (error) {
      // A lost connection has its own message, and the next one gets everything.
      if (this.#link === link) this.#onProblem(error instanceof Error ? error.message : String(error));
    }
  }
}
