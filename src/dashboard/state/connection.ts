import type { ClientMessage, Topic, Transport } from '../../server/protocol.ts';
import type { Message } from '../wire.ts';

const firstDelayMs = 500;
const longestDelayMs = 10_000;

export interface Subscription {
  readonly topic: Topic;
  readonly camera: string;
  readonly transport: Transport;
}

export interface ConnectionHandlers {
  readonly onState: (state: 'connecting' | 'open' | 'closed') => void;
  readonly onMessage: (message: Message) => void;
  readonly onPicture: (frame: ArrayBuffer) => void;
}

/** A WebSocket that comes back by itself and remembers what it was subscribed to. */
export class Connection {
  readonly #url: string;
  readonly #handlers: ConnectionHandlers;
  readonly #subscriptions = new Map<string, Subscription>();
  #socket: WebSocket | undefined;
  #delayMs = firstDelayMs;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #isWanted = false;

  constructor(url: string, handlers: ConnectionHandlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Connects, and stays connected until `close`; at once when it is waiting for the next attempt. */
  open(): void {
    this.#isWanted = true;
    clearTimeout(this.#waiting);
    if (this.#socket && this.#socket.readyState !== WebSocket.CLOSED) return;
    const { onState, onMessage, onPicture } = this.#handlers;
    onState('connecting');
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.#delayMs = firstDelayMs;
      onState('open');
      for (const subscription of this.#subscriptions.values()) this.#send({ type: 'subscribe', ...subscription });
    });
    socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') onMessage(JSON.parse(data) as Message);
      else onPicture(data);
    });
    socket.addEventListener('close', () => {
      onState('closed');
      if (!this.#isWanted) return;
      // Half fixed, half random, so that many pages do not all return in the same moment.
      this.#waiting = setTimeout(() => this.open(), this.#delayMs * (0.5 + Math.random() / 2));
      this.#delayMs = Math.min(longestDelayMs, this.#delayMs * 2);
    });
  }

  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#waiting);
    this.#socket?.close();
  }

  /** Subscribes to just these, and to nothing else any more. */
  subscribeTo(wanted: readonly Subscription[]): void {
    const keys = new Set(wanted.map(keyOf));
    for (const [key, { topic, camera }] of this.#subscriptions) {
      if (keys.has(key)) continue;
      this.#subscriptions.delete(key);
      this.#send({ type: 'unsubscribe', topic, camera });
    }
    for (const subscription of wanted) {
      const key = keyOf(subscription);
      if (this.#subscriptions.get(key)?.transport === subscription.transport) continue;
      this.#subscriptions.set(key, subscription);
      this.#send({ type: 'subscribe', ...subscription });
    }
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

const keyOf = ({ topic, camera }: Subscription): string => `${topic} ${camera}`;
