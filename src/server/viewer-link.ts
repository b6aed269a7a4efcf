import type { WebSocket } from 'ws';

import { isStuck, type LinkState, newLink, observeLink } from './adaptation.ts';
import type { Transport } from './protocol.ts';

export interface ViewerLinkOptions {
  /** Unsent bytes from which on the viewer gets no more pictures. */
  readonly bufferBytes: number;
  readonly onLevel: (level: number) => void;
  /** Milliseconds. */
  readonly now?: () => number;
}

/**
 * How well a viewer's link keeps up. A ping follows a picture, and its pong says that the picture has arrived: what
 * waits in the kernel, in a proxy or on the air counts, too, which `bufferedAmount` does not see. One ping at a time.
 */
export class ViewerLink {
  readonly #socket: WebSocket;
  readonly #options: ViewerLinkOptions;
  readonly #now: () => number;
  #state: LinkState = newLink;
  #probe: { readonly payload: string; readonly sentAt: number } | undefined;
  #probes = 0;

  constructor(socket: WebSocket, options: ViewerLinkOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    socket.on('pong', (data) => {
      if (data.toString() !== this.#probe?.payload) return;
      const { sentAt } = this.#probe;
      this.#probe = undefined;
      this.#observe(this.#now() - sentAt, true);
    });
  }

  /** Of `jpegLevels`. */
  get level(): number {
    return this.#state.level;
  }

  /** False while so much is under way that anything superseded by a later message is better not sent. */
  keepsUp(transport: Transport): boolean {
    const isFull = this.#socket.bufferedAmount > this.#options.bufferBytes;
    if (this.#probe) this.#observe(this.#now() - this.#probe.sentAt, false);
    return !isFull && !(this.#probe && isStuck(this.#state, transport));
  }

  /** Call after each picture. */
  sent(): void {
    if (this.#probe || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#probe = { payload: String(this.#probes++), sentAt: this.#now() };
    this.#socket.ping(this.#probe.payload);
  }

  #observe(delayMs: number, isAnswered: boolean): void {
    const { level } = this.#state;
    const unsentShare = this.#socket.bufferedAmount / this.#options.bufferBytes;
    this.#state = observeLink(this.#state, { at: this.#now(), delayMs, isAnswered, unsentShare });
    if (this.#state.level !== level) this.#options.onLevel(this.#state.level);
  }
}
