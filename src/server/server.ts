import { existsSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyCookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { WebSocketServer } from 'ws';
import type { Access } from '../auth/access.ts';
import { ConfigError } from '../core/errors.ts';
import { addGuard, cookieName } from './guard.ts';
import { Live, type LiveFeed, type LiveOptions } from './live.ts';
import { maxMessageBytes } from './protocol.ts';
import { addErrors, addRest, type RestFeed } from './rest.ts';
import type { AuthEvent } from './routes/session.ts';
import type { Tls } from './tls.ts';
import { trustedProxies } from './trusted-proxies.ts';
import { type FullEvent, upgrader } from './upgrade.ts';
import { fullReasons, type ViewerLimits, ViewerPlaces } from './viewer-places.ts';

export interface ServerOptions extends LiveOptions, ViewerLimits {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Who may look. */
  readonly access: Access;
  readonly onAuth: (event: AuthEvent) => void;
  /** Told of each WebSocket that the limits refuse, perhaps many times a second. */
  readonly onFull: (event: FullEvent) => void;
  /** Without it plain http. */
  readonly https?: Tls | undefined;
  /** Addresses and subnets of reverse proxies whose X-Forwarded-For, -Host and -Proto are believed. */
  readonly trustProxy?: readonly string[];
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

/** For certificates that browsers trust: a year of https only. */
const httpsOnly = { 'strict-transport-security': 'max-age=31536000' };

/** How long viewers may take to answer the closing handshake. */
const closingMs = 500;

const dashboardFolder = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

const unusableAddress: Record<string, string> = {
  EADDRINUSE: 'another program uses it; stop that program or choose another server.port',
  EACCES: 'this user may not use it; choose a server.port above 1023',
  EADDRNOTAVAIL: 'this machine has no such address; correct server.host',
  ENOTFOUND: 'this machine has no such address; correct server.host',
};

/** How often sessions are looked at whose connections are open. */
const checkSessionsMs = 2000;
/** A request must be there after so long. */
const requestMs = 30_000;
/** A connection may rest so long between two requests: longer than those of the usual proxies, which reuse theirs for a minute. */
const keepAliveMs = 72_000;

/**
 * Serves the page, the REST API, /metrics and the WebSocket (/ws) on one port. Throws ConfigError when the address
 * cannot be used. Browsers are let in only from the page itself (Origin equals Host), and everybody only as far as `access`
 * allows.
 */
export const startServer = async (options: ServerOptions, feed: ServerFeed): Promise<Server> => {
  const { host, port, access, onAuth, onFull, https: tls, trustProxy = [] } = options;
  const cookie = cookieName(tls !== undefined);
  const isProxy = trustedProxies(trustProxy);
  const app = fastify({
    serverFactory: (handler) => {
      const server = tls
        ? https.createServer({ ...tls.pem, minVersion: 'TLSv1.2' }, handler)
        : http.createServer(handler);
      server.requestTimeout = requestMs;
      server.keepAliveTimeout = keepAliveMs;
      return server;
    },
    forceCloseConnections: true,
    trustProxy: trustProxy.length > 0 && isProxy,
    // Errors from before any route, such as an address that cannot be decoded.
    frameworkErrors: ({ message }, _request, reply: FastifyReply) =>
      void reply.status(400).send({ code: 'invalid-request', message }),
  });
  app.addHook(
    'onRequest',
    async (_request, reply) => void reply.headers({ ...securityHeaders, ...(tls?.isOwn && httpsOnly) }),
  );
  addErrors(app, options.onError);
  await app.register(fastifyCookie);
  await addPage(app);
  addGuard(app, access, cookie);
  await addRest(app, feed, { access, cookie, onAuth });

  const live = new Live(feed, options);
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: maxMessageBytes });
  const refused = feed.metrics.viewersRefused;
  // From 0 on: Prometheus counts no increase to a series' first value.
  for (const reason of fullReasons) refused.inc({ reason }, 0);
  app.server.on(
    'upgrade',
    upgrader(sockets, {
      access,
      isProxy,
      sessionOf: (cookies) => app.parseCookie(cookies)[cookie],
      places: new ViewerPlaces(options),
      onFull: (event) => {
        refused.inc({ reason: event.reason });
        onFull(event);
      },
      onOpen: (webSocket) => live.add(webSocket),
      onError: options.onError,
    }),
  );
  const unwatch = tls?.watch((pem) => (app.server as unknown as https.Server).setSecureContext(pem));
  const checking = setInterval(() => access.check(), checkSessionsMs);

  const close = async (): Promise<void> => {
    clearInterval(checking);
    unwatch?.();
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
  return { port: address.port, url: `${tls ? 'https' : 'http'}://${urlHost(host)}:${address.port}`, close };
};

/** The page's files, which hold nothing of anybody: its log-in is one of them. */
const addPage = async (app: FastifyInstance): Promise<void> => {
  // Decorates replies with sendFile, for what is below.
  await app.register(fastifyStatic, { root: dashboardFolder, serve: false, cacheControl: false });
  if (!existsSync(dashboardFolder)) return;
  await app.register(async (page) => {
    page.addHook('onRoute', (route) => void (route.config = { ...route.config, role: 'anyone' }));
    await page.register(fastifyStatic, { root: dashboardFolder, decorateReply: false, cacheControl: false });
  });
};

/** What to put into a browser's address bar for a listening address. */
const urlHost = (host: string): string => {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
};
