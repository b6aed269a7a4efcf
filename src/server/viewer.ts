import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type JpegLevel, jpegLevels } from './adaptation.ts';
import { isVideoKind } from './pictures.ts';
import {
  clientMessage,
  type ErrorMessage,
  type PictureKind,
  type ServerMessage,
  type Topic,
  topics,
  type Transport,
} from './protocol.ts';
import { ViewerLink } from './viewer-link.ts';

/** A viewer this many times over its picture bound reads nothing at all: it is let go instead of buffered for. */
const hardBoundFactor = 16;
/** Unusable messages a connection may send before it is closed. */
const errorsAllowed = 100;

interface ViewerOptions {
  /** The ids '*' stands for at first. */
  readonly cameras: readonly string[];
  /** Unsent bytes from which on this viewer gets no more pictures. */
  readonly bufferBytes: number;
  /** jpeg always. */
  readonly transports: readonly Transport[];
  readonly onSubscribe: (topic: Topic, cameras: readonly string[]) => void;
  /** Told once for each topic and camera that is wanted from now on; called back when it is not any more. */
  readonly onWant: (topic: Topic, camera: string, transport: Transport) => () => void;
}

interface Subscribed {
  readonly transport: Transport;
  /** Call when it is no longer wanted. */
  readonly release: () => void;
  /** Of the last picture sent by itself. */
  slot: number;
}

/** One WebSocket connection: what it wants to see, and how much it can take. */
export class Viewer {
  /** Whether the peer gave a sign of life since the last `heartbeat`. */
  #alive = true;
  #errors = 0;
  #dropped = 0;
  readonly #socket: WebSocket;
  readonly #options: ViewerOptions;
  readonly #link: ViewerLink;
  readonly #subscriptions = new Map<Topic, Map<string, Subscribed>>();
  /** Topics of all cameras, those that are still to come too. */
  readonly #ofAll = new Map<Topic, Transport>();
  #cameras: readonly string[];

  constructor(socket: WebSocket, options: ViewerOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#cameras = options.cameras;
    const onLevel = (level: number): void => this.#answer({ type: 'link', level });
    this.#link = new ViewerLink(socket, { bufferBytes: options.bufferBytes, onLevel });
    // What goes wrong on a socket also closes it; without a listener it would end the process.
    socket.on('error', () => {});
    socket.on('close', () => this.#unsubscribe());
    socket.on('pong', () => (this.#alive = true));
    socket.on('message', (data, isBinary) => {
      this.#alive = true;
      this.#receive(isBinary ? '' : (data as Buffer).toString());
    });
  }

  /** Subscriptions to cameras that are gone end; those to all cameras take in the new ones. */
  setCameras(cameras: readonly string[]): void {
    const gone = this.#cameras.filter((id) => !cameras.includes(id));
    const come = cameras.filter((id) => !this.#cameras.includes(id));
    this.#unsubscribe(topics, gone);
    this.#cameras = cameras;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    for (const [topic, transport] of this.#ofAll) {
      for (const id of come) this.#subscribe(topic, id, transport);
      if (come.length > 0) this.#options.onSubscribe(topic, come);
    }
  }

  wants(topic: Topic, camera: string): boolean {
    return this.#subscriptions.get(topic)?.has(camera) ?? false;
  }

  /** Whether it wants the topic of whatever cameras there are. */
  wantsAll(topic: Topic): boolean {
    return this.#ofAll.has(topic);
  }

  wantsAny(topic: Topic): boolean {
    return (this.#subscriptions.get(topic)?.size ?? 0) > 0;
  }

  /** Whether it wants the picture of that time by itself, rather than as video or (at its level) not at all. */
  wantsPicture(kind: PictureKind, camera: string, capturedAt: number): boolean {
    const subscribed = this.#subscriptions.get(kind)?.get(camera);
    return subscribed?.transport === 'jpeg' && subscribed.slot !== slotOf(this.#jpegLevel, capturedAt);
  }

  /** Of `jpegLevels`: what its link can take. */
  get level(): number {
    return this.#link.level;
  }

  /** False while so much is under way that anything superseded by a later message is better not sent. */
  keepsUp(transport: Transport = 'jpeg'): boolean {
    return this.#link.keepsUp(transport);
  }

  /** Sends text (a ServerMessage as JSON); a viewer beyond the hard bound is closed with 1013 (try again later). */
  send(json: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#options.bufferBytes * hardBoundFactor)
      this.#socket.close(1013, 'too slow: too much is unsent');
    else this.#socket.send(json);
  }

  /** Sends a picture by itself, taken at `capturedAt`; ask `wantsPicture` and `keepsUp` first. */
  sendPicture(kind: PictureKind, camera: string, capturedAt: number, message: Buffer): void {
    const subscribed = this.#subscriptions.get(kind)?.get(camera);
    if (subscribed) subscribed.slot = slotOf(this.#jpegLevel, capturedAt);
    this.sendBinary(message);
  }

  /** Sends a binary frame; ask `keepsUp` first. */
  sendBinary(message: Buffer): void {
    if (this.#dropped > 0) this.#answer({ type: 'dropped', pictures: this.#dropped });
    this.#dropped = 0;
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(message);
    this.#link.sent();
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
    if (camera !== '*' && !this.#cameras.includes(camera))
      return this.#refuse('unknown-camera', `No camera has the id ${JSON.stringify(camera)}.`);
    const cameras = camera === '*' ? this.#cameras : [camera];
    if (message.type === 'unsubscribe') {
      if (camera === '*') this.#ofAll.delete(topic);
      return this.#unsubscribe([topic], cameras);
    }
    // Messages that were on their way when the socket closed.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const transport = isVideoKind(topic) ? message.transport : 'jpeg';
    if (!this.#options.transports.includes(transport))
      return this.#refuse('no-h264', 'This server cannot encode H.264; subscribe with the transport jpeg.');
    if (camera === '*') this.#ofAll.set(topic, transport);
    for (const id of cameras) this.#subscribe(topic, id, transport);
    this.#options.onSubscribe(topic, cameras);
  }

  #subscribe(topic: Topic, camera: string, transport: Transport): void {
    const subscribed = this.#subscriptions.get(topic) ?? new Map<string, Subscribed>();
    this.#subscriptions.set(topic, subscribed);
    const before = subscribed.get(camera);
    if (before?.transport === transport) return;
    // Wanted before it is given up, so that nothing stops in between.
    const release = this.#options.onWant(topic, camera, transport);
    before?.release();
    subscribed.set(camera, { transport, release, slot: NaN });
  }

  #unsubscribe(from: Iterable<Topic> = topics, cameras: Iterable<string> = this.#cameras): void {
    for (const topic of from)
      for (const camera of cameras) {
        this.#subscriptions.get(topic)?.get(camera)?.release();
        this.#subscriptions.get(topic)?.delete(camera);
      }
  }

  get #jpegLevel(): JpegLevel | undefined {
    return jpegLevels[this.#link.level];
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

/** NaN, which equals nothing, where every picture is sent. */
const slotOf = (level: JpegLevel | undefined, capturedAt: number): number =>
  level?.slotMs ? Math.floor(capturedAt / level.slotMs) : NaN;
