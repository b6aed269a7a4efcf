import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyReply } from 'fastify';
import { WebSocketServer } from 'ws';
import { ConfigError } from '../core/errors.ts';
import { Live, type LiveFeed, type LiveOptions } from './live.ts';
import { maxMessageBytes } from './protocol.ts';
import { addRest, type RestFeed } from './rest.ts';

export interface ServerOptions extends LiveOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Told what went wrong inside while answering a request. */
  readonly onError: (error: Error) => void;
}

export type ServerFeed = LiveFeed & RestFeed;

export interface Server {
  readonly port: number;
  readonly url: string;
  /** Closes every connection (WebSockets with 1001, going away) and frees the port. */
  close(): Promise<void>;
}

/** The page loads nothing from elsewhere, and no other site may frame it or embed a camera's picture. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** How long viewers may take to answer the closing handshake. */
const closingMs = 500;

const dashboardFolder = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

const unusableAddress: Record<string, string> = {
  EADDRINUSE: 'another program uses it; stop that program or choose another server.port',
  EACCES: 'this user may not use it; choose a server.port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; correct server.host',
  ENOTFOUND: 'this machine has no such address; correct server.host',
};

/**
 * Serves the page, the REST API, /metrics and the WebSocket (/ws) on one port. Throws ConfigError when the address
 * cannot be used. Browsers are let onto the WebSocket only from the page itself (Origin equals Host).
 */
export const startServer = async (options: ServerOptions, feed: ServerFeed): Promise<Server> => {
  const { host, port } = options;
  const app = fastify({
    forceCloseConnections: true,
    // Errors from before any route, such as an address that cannot be decoded.
    frameworkErrors: ({ message }, _request, reply: FastifyReply) =>
      void reply.status(400).send({ code: 'invalid-request', message }),
  });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(securityHeaders));
  await app.register(fastifyStatic, {
    root: dashboardFolder,
    cacheControl: false,
    ...(existsSync(dashboardFolder) ? {} : { serve: false as const }),
  });
  await addRest(app, feed, options.onError);

  const live = new Live(feed, options);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes });
  app.server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = upgradeRefusal(request);
    if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, (webSocket) => live.add(webSocket));
  });

  const close = async (): Promise<void> => {
    live.close();
    for (const socket of sockets.clients) socket.close(1001, 'the server stops');
    const impatience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, closingMs);
    await app.close();
    clearTimeout(impatience);
  };

  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    const reason = unusableAddress[(error as NodeJS.ErrnoException).code ?? ''];
    if (!reason) throw error;
    throw new ConfigError('invalid', `Cannot serve on port ${port} of ${host}: ${reason}.`, { cause: error });
  }
  const address = app.server.address() as AddressInfo;
  return { port: address.port, url: `http://${urlHost(host)}:${address.port}`, close };
};

/** The status line of a refused WebSocket upgrade. Programs send no Origin, browsers always do. */
const upgradeRefusal = ({ url, headers: { host, origin } }: IncomingMessage): string | undefined => {
  if (url?.split('?')[0] !== '/ws') return '404 Not Found';
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) return '403 Forbidden';
  return undefined;
};

/** What to put into a browser's address bar for a listening address. */
const urlHost = (host: string): string => {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
