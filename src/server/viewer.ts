import type { WebSocket } from 'ws';
import { z } from 'zod';
import { clientMessage, type ErrorMessage, type ServerMessage, type Topic, topics } from './protocol.ts';

/** A viewer this many times over its picture bound reads nothing at all: it is let go instead of buffered for. */
const hardBoundFactor = 16;
/** Unusable messages a connection may send before it is closed. */
const errorsAllowed = 100;

interface ViewerOptions {
  /** The ids '*' stands for. */
  readonly cameras: readonly string[];
  /** Unsent bytes from which on this viewer gets no more pictures. */
  readonly bufferBytes: number;
  readonly onSubscribe: (topic: Topic, cameras: readonly string[]) => void;
  /** Told once for each topic and camera that is wanted from now on; called back when it is not any more. */
  readonly onWant: (topic: Topic, camera: string) => () => void;
}

/** One WebSocket connection: what it wants to see, and how much it can take. */
export class Viewer {
  /** Whether the peer gave a sign of life since the last `heartbeat`. */
  #alive = true;
  #errors = 0;
  #dropped = 0;
  readonly #socket: WebSocket;
  readonly #options: ViewerOptions;
  /** By camera, what to call when it is no longer wanted. */
  readonly #subscriptions = new Map<Topic, Map<string, () => void>>();

  constructor(socket: WebSocket, options: ViewerOptions) {
    this.#socket = socket;
    this.#options = options;
    // What goes wrong on a socket also closes it; without a listener it would end the process.
    socket.on('error', () => {});
    socket.on('close', () => this.#unsubscribe());
    socket.on('pong', () => (this.#alive = true));
    socket.on('message', (data, isBinary) => {
      this.#alive = true;
      this.#receive(isBinary ? '' : (data as Buffer).toString());
    });
  }

  wants(topic: Topic, camera: string): boolean {
    return this.#subscriptions.get(topic)?.has(camera) ?? false;
  }

  wantsAny(topic: Topic): boolean {
    return (this.#subscriptions.get(topic)?.size ?? 0) > 0;
  }

  /** False while so much is unsent that anything superseded by a later message is better not sent. */
  get keepsUp(): boolean {
    return this.#socket.bufferedAmount <= this.#options.bufferBytes;
  }

  /** Sends text (a ServerMessage as JSON); a viewer beyond the hard bound is closed with 1013 (try again later). */
  send(json: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#options.bufferBytes * hardBoundFactor)
      this.#socket.close(1013, 'too slow: too much is unsent');
    else this.#socket.send(json);
  }

  /** Sends a binary frame; ask `keepsUp` first. */
  sendPicture(picture: Buffer): void {
    if (this.#dropped > 0) this.#answer({ type: 'dropped', pictures: this.#dropped });
    this.#dropped = 0;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(picture);
  }

  /** Remembers a picture this viewer did not get, so that it can be told. */
  drop(): void {
    this.#dropped += 1;
  }

  /** Ends a connection whose peer gave no sign of life since the last call, and asks the others for one. */
  heartbeat(): void {
    if (!this.#alive) return this.#socket.terminate();
    this.#alive = false;
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #receive(text: string): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return this.#refuse('invalid-json', 'Expected a JSON text message.');
    }
    const { success, data: message, error } = clientMessage.safeParse(json);
    if (!success) return this.#refuse('invalid-message', z.prettifyError(error));
    if (message.type === 'ping') return this.#answer({ type: 'pong' });
    const { topic, camera } = message;
    if (camera !== '*' && !this.#options.cameras.includes(camera))
      return this.#refuse('unknown-camera', `No camera has the id ${JSON.stringify(camera)}.`);
    const cameras = camera === '*' ? this.#options.cameras : [camera];
    if (message.type === 'unsubscribe') return this.#unsubscribe([topic], cameras);
    // Messages that were on their way when the socket closed.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const subscribed = this.#subscriptions.get(topic) ?? new Map<string, () => void>();
    this.#subscriptions.set(topic, subscribed);
    for (const id of cameras) if (!subscribed.has(id)) subscribed.set(id, this.#options.onWant(topic, id));
    this.#options.onSubscribe(topic, cameras);
  }

  #unsubscribe(from: Iterable<Topic> = topics, cameras: Iterable<string> = this.#options.cameras): void {
    for (const topic of from)
      for (const camera of cameras) {
        this.#subscriptions.get(topic)?.get(camera)?.();
        this.#subscriptions.get(topic)?.delete(camera);
      }
  }

  #refuse(code: ErrorMessage['code'], message: string): void {
    this.#errors += 1;
    if (this.#errors > errorsAllowed) this.#socket.close(1008, 'too many unusable messages');
    else this.#answer({ type: 'error', code, message });
  }

  #answer(message: ServerMessage): void {
    this.send(JSON.stringify(message));
  }
}
