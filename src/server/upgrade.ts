import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import type { WebSocket, WebSocketServer } from 'ws';

import type { Access } from '../auth/access.ts';
import { bearerOf, refusalOfOrigin, refusalOfRole } from './guard.ts';
import type { FullReason, ViewerPlaces } from './viewer-places.ts';

/** A WebSocket that was refused because there are too many. */
export interface FullEvent {
  readonly reason: FullReason;
  readonly address: string;
  /** Undefined for somebody who did not need to log in. */
  readonly user: string | undefined;
}

interface UpgradeOptions {
  readonly access: Access;
  readonly isProxy: (address: string | undefined) => boolean;
  /** The session in a Cookie header. */
  readonly sessionOf: (cookies: string) => string | undefined;
  readonly places: ViewerPlaces;
  readonly onFull: (event: FullEvent) => void;
  readonly onOpen: (socket: WebSocket) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Answers requests for the WebSocket: let in is who may look, from the page itself or from a program, with a session or a
 * token, as long as there are places: else it is 429 (the user has too many) or 503 (all together are). When session or token
 * end, the connection is closed with 1008.
 */
export const upgrader = (sockets: WebSocketServer, options: UpgradeOptions) => {
  const { access, isProxy, sessionOf, places, onFull, onOpen, onError } = options;
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const refuse = (status: number): void => {
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    const { url, headers } = request;
    if (url?.split('?')[0] !== '/ws') return refuse(404);
    try {
      const { remoteAddress } = request.socket;
      const forwarded = (name: string): string | undefined => {
        const value = isProxy(remoteAddress) ? headers[name] : undefined;
        return typeof value === 'string' ? value.split(',').at(-1)?.trim() : undefined;
      };
      const host = forwarded('x-forwarded-host') ?? headers.host;
      const foreign = refusalOfOrigin({ method: 'GET', host, headers }, access.isOpen);
      if (foreign) return refuse(foreign[0]);
      const identity = access.identify({
        session: sessionOf(headers.cookie ?? ''),
        bearer: bearerOf(headers.authorization),
      });
      const [refused] = refusalOfRole(identity, 'viewer') ?? [];
      if (refused || !identity) return refuse(refused ?? 401);
      const { user } = identity;
      const address = forwarded('x-forwarded-for') ?? remoteAddress ?? '';
      const reason = places.full(user ?? address);
      if (reason) {
        onFull({ reason, address, user });
        return refuse(reason === 'user-full' ? 429 : 503);
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('close', places.take(user ?? address));
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
