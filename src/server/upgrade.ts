import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import type { WebSocket, WebSocketServer } from 'ws';

import type { Access } from '../auth/access.ts';
import { bearerOf, refusalOfOrigin, refusalOfRole } from './guard.ts';

interface UpgradeOptions {
  readonly access: Access;
  readonly isProxy: (address: string | undefined) => boolean;
  /** The session in a Cookie header. */
  readonly sessionOf: (cookies: string) => string | undefined;
  readonly onOpen: (socket: WebSocket) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Answers requests for the WebSocket: let in is who may look, from the page itself or from a program, with a session or a
 * token; when that ends, the connection is closed with 1008.
 */
export const upgrader = (sockets: WebSocketServer, options: UpgradeOptions) => {
  const { access, isProxy, sessionOf, onOpen, onError } = options;
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const refuse = (status: number): void => {
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const { url, headers } = request;
    if (url?.split('?')[0] !== '/ws') return refuse(404);
    try {
      const forwarded = isProxy(request.socket.remoteAddress) ? headers['x-forwarded-host'] : undefined;
      const host = typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : headers.host;
      const foreign = refusalOfOrigin({ method: 'GET', host, headers }, access.isOpen);
      if (foreign) return refuse(foreign[0]);
      const identity = access.identify({
        session: sessionOf(headers.cookie ?? ''),
        bearer: bearerOf(headers.authorization),
      });
      const [refused] = refusalOfRole(identity, 'viewer') ?? [];
      if (refused || !identity) return refuse(refused ?? 401);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on(
          'close',
          access.watch(identity, () => webSocket.close(1008, 'the session is over')),
        );
        onOpen(webSocket);
      });
    } catch (error) {
      onError(error as Error);
      refuse(500);
    }
  };
};
