import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

import type { PictureKind } from '../../src/server/protocol.ts';
import { PictureEncoder, type PictureSource } from '../../src/server/pictures.ts';

interface Client {
  readonly socket: WebSocket;
  readonly wanted: Set<string>;
}

/** What /ws does, with cameras that come and go: subscriptions are kept, and each message goes to whom it concerns. */
export class FakeLive {
  /** A removed camera's place is ''. */
  readonly names: string[];
  readonly #clients = new Set<Client>();
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #encoder = new PictureEncoder(85);
  /** Messages that somebody gets who subscribes to a topic. */
  readonly #greetings: (topic: string) => readonly object[];

  constructor(
    http: HttpServer,
    names: readonly string[],
    mayEnter: (request: IncomingMessage) => boolean,
    greetings: (topic: string) => readonly object[],
  ) {
    // prettier-ignore
    this.names = [...names];
    this.#greetings = greetings;
    http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!mayEnter(request)) return socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#add(webSocket));
    });
  }

  get viewers(): number {
    return this.#clients.size;
  }

  sayHello(): void {
    for (const { socket } of this.#clients) socket.send(this.#hello());
  }

  tell(topic: string, message: object): void {
    for (const { socket, wanted } of this.#clients) if (wanted.has(`${topic} *`)) socket.send(JSON.stringify(message));
  }

  wants(kind: PictureKind, camera: string): boolean {
    return [...this.#clients].some(({ wanted }) => wanted.has(`${kind} ${camera}`));
  }

  show(kind: PictureKind, camera: string, source: PictureSource): void {
    if (!this.wants(kind, camera)) return;
    const picture = this.#encoder.encode(kind, this.names.indexOf(camera), source);
    for (const { socket, wanted } of this.#clients)
      if (picture && wanted.has(`${kind} ${camera}`)) socket.send(picture);
  }

  /** Cuts every connection, as a server that ends does. */
  cut(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  #hello(): string {
    return JSON.stringify({ type: 'hello', version: 1, cameras: this.names, transports: ['jpeg'] });
  }

  #add(socket: WebSocket): void {
    const client: Client = { socket, wanted: new Set() };
    this.#clients.add(client);
    socket.send(this.#hello());
    socket.on('close', () => this.#clients.delete(client));
    socket.on('message', (data: Buffer) => {
      const { type, topic = '', camera = '*' } = JSON.parse(data.toString()) as { type: string; topic?: string; camera?: string }; // prettier-ignore
      if (type === 'unsubscribe') return void client.wanted.delete(`${topic} ${camera}`);
      if (type !== 'subscribe') return;
      client.wanted.add(`${topic} ${camera}`);
      for (const message of this.#greetings(topic)) socket.send(JSON.stringify(message));
    });
  }
}
