import { once } from 'node:events';
import net from 'node:net';

import { WebSocket } from 'ws';

import { preciseNow } from '../core/frame.ts';
import { pictureLayout, type ServerMessage } from '../server/protocol.ts';

/**
 * A program that watches the JPEGs of all cameras and keeps how late each was, and how many are missing in between.
 */
export class BenchViewer {
  readonly #socket: WebSocket;
  /** Milliseconds from capture to arrival, since `take`. */
  #delays: number[] = [];
  #lost = 0;
  #last: number | undefined;
  #level = 0;

  constructor(url: string) {
    this.#socket = new WebSocket(new URL('/ws', url.replace('http', 'ws')));
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) this.#see(data as Buffer);
      else this.#read(JSON.parse((data as Buffer).toString()) as ServerMessage);
    });
    // What goes wrong closes it, which the figures show.
    this.#socket.on('error', () => undefined);
  }

  async open(topic: 'raw' | 'denoised' = 'raw'): Promise<this> {
    await once(this.#socket, 'open');
    this.#socket.send(JSON.stringify({ type: 'subscribe', topic }));
    return this;
  }

  /** What it was sent at the last count, of `jpegLevels`. */
  get level(): number {
    return this.#level;
  }

  take(): { readonly delays: readonly number[]; readonly lost: number } {
    const taken = { delays: this.#delays, lost: this.#lost };
    this.#delays = [];
    this.#lost = 0;
    return taken;
  }

  close(): void {
    this.#socket.terminate();
  }

  #see(picture: Buffer): void {
    this.#delays.push(preciseNow() - picture.readDoubleLE(pictureLayout.capturedAt));
    const sequence = picture.readUInt32LE(pictureLayout.sequence);
    this.#lost += sequence - (this.#last ?? sequence - 1) - 1;
    this.#last = sequence;
  }

  #read(message: ServerMessage): void {
    if (message.type === 'link') this.#level = message.level;
  }
}

/**
 * A proxy before `url` that lets so many bytes a second through to each client; buffers fill behind it as on a thin
 * link.
 */
export const throttle = async (url: string, bytesPerSecond: number): Promise<{ url: string; close: () => void }> => {
  const { hostname, port } = new URL(url);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      upstream.pause();
      client.write(data);
      setTimeout(() => upstream.resume(), (data.length / bytesPerSecond) * 1000);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
