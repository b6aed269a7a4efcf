import type { IncomingHttpHeaders } from 'node:http';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Access, Identity } from '../auth/access.ts';
import { isLoopbackName } from '../auth/loopback.ts';
import { mayDo, type Role } from '../auth/role.ts';
import { type RefusalStatus, refuse } from './routes/refuse.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role that may use the route. */
    role?: Role;
  }
  interface FastifyRequest {
    /** Who asks; undefined for somebody unknown. */
    identity: Identity | undefined;
  }
}

export type Refused = readonly [status: RefusalStatus, code: string, message: string];

/** What a request says of where it comes from. */
export interface Origins {
  readonly method: string;
  /** The Host that was asked for: of a trusted proxy the one it was asked for. */
  readonly host: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const proxyHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host'];

/**
 * Why a request is refused whoever it is from: it comes from a page of another origin (browsers say so in Origin and
 * Sec-Fetch-Site, programs send neither), or nobody needs to log in and it does not come from this machine for itself.
 */
export const refusalOfOrigin = ({ method, host, headers }: Origins, isOpen: boolean): Refused | undefined => {
  if (isOpen && !isLoopbackName(host))
    return [
      403,
      'forbidden-host',
      'Without a log-in Nightjar answers to localhost only; set server.login to required for other names.',
    ];
  if (isOpen && proxyHeaders.some((name) => headers[name] !== undefined))
    return [403, 'forbidden-host', 'Without a log-in Nightjar answers no proxy; set server.login to required.'];
  const { origin } = headers;
  const isForeign =
    origin === undefined
      ? ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site'])) && !isNavigation(method, headers)
      : !URL.canParse(origin) || new URL(origin).host !== host;
  return isForeign ? [403, 'forbidden-origin', 'Pages of other origins may not use Nightjar.'] : undefined;
};

/** Following a link here from elsewhere is allowed: a cookie with SameSite=Strict does not come with it. */
const isNavigation = (method: string, headers: IncomingHttpHeaders): boolean =>
  (method === 'GET' || method === 'HEAD') && headers['sec-fetch-mode'] === 'navigate';

/** Why somebody may not use what needs at least the role `least`. */
export const refusalOfRole = (identity: Identity | undefined, least: Role): Refused | undefined => {
  if (mayDo(identity?.role, least)) return undefined;
  if (!identity) return [401, 'login-required', 'Log in first, or send an API token.'];
  return [403, 'forbidden', `This needs the role ${least}; yours is ${identity.role}.`];
};

/** What follows `Bearer ` in an Authorization header. Another scheme is no token, but not nothing either. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization === undefined ? undefined : (/^bearer +([\w-]+) *$/i.exec(authorization)?.[1] ?? '');

/** The name of the session's cookie; browsers take one named so only from this very host over TLS. */
export const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-nightjar_session' : 'nightjar_session');

/** Lets nobody onto a route who may not use it; a route that does not say who may ends the start. Needs @fastify/cookie. */
export const addGuard = (app: FastifyInstance, access: Access, cookie: string): void => {
  app.decorateRequest('identity', undefined);
  app.addHook('onRoute', ({ config, method, url }) => {
    if (!config?.role) throw new Error(`The route ${String(method)} ${url} does not say which role may use it.`);
  });
  app.addHook('onRequest', async (request: FastifyRequest) => {
    const { method, headers, host, routeOptions } = request;
    const foreign = refusalOfOrigin({ method, host, headers }, access.isOpen);
    if (foreign) refuse(...foreign);
    if (request.is404) return;
    request.identity = access.identify({ session: request.cookies[cookie], bearer: bearerOf(headers.authorization) });
    const refused = refusalOfRole(request.identity, routeOptions.config.role ?? 'admin');
    if (refused) refuse(...refused);
  });
};
