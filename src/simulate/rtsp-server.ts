import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { createMediaStream, type MediaSource, type MediaStream } from './media-stream.ts';
import { serveConnection } from './rtsp-connection.ts';

export interface RtspServerOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly host?: string;
  /** What is served, by path without the leading slash: 'walkway' is rtsp://host:port/walkway. */
  readonly streams: Readonly<Record<string, MediaSource>>;
  /** Called right before a picture is sent: its number since the stream was opened, and the epoch time in ms. */
  readonly onSend?: (path: string, index: number, timeMs: number) => void;
  readonly sessionTimeoutMs?: number;
}

export interface RtspServer {
  readonly port: number;
  url(path: string): string;
  /** Viewers who play the stream at this moment, and pictures dropped because a viewer was too slow. */
  stats(path: string): { readonly viewers: number; readonly dropped: number };
  /** Lets every viewer go and stops every source. */
  close(): Promise<void>;
}

/**
 * Serves H.264 over RTSP 1.0 (RFC 2326), interleaved on the TCP connection; UDP is refused with 461. Each source runs
 * only while it is watched. Rejects when the port is taken.
 */
export const serveRtsp = async (options: RtspServerOptions): Promise<RtspServer> => {
  const { port, host = '127.0.0.1', onSend = () => undefined, sessionTimeoutMs = 60_000 } = options;
  const streams = new Map<string, MediaStream>(
    Object.entries(options.streams).map(([path, source]) => [
      path,
      createMediaStream(source, (index) => onSend(path, index, performance.timeOrigin + performance.now())),
    ]),
  );
  const fpsOf = (path: string): number => options.streams[path]?.fps ?? 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, { streams, fpsOf, sessionTimeoutMs });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    port: bound,
    url: (path) => `rtsp://${host}:${bound}/${path}`,
    stats: (path) => {
      const stream = streams.get(path);
      return { viewers: stream?.viewerCount ?? 0, dropped: stream?.dropped ?? 0 };
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const stream of streams.values()) stream.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
