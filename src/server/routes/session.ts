import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { Access, Identity } from '../../auth/access.ts';
import { AuthError } from '../../core/errors.ts';
import { logIn, passwordChange, session, user } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

/** Something that is worth a line in the log. It never holds a password or a token. */
export interface AuthEvent {
  readonly what:
    | 'logged in'
    | 'logged out'
    | 'log-in refused'
    | 'too many log-ins'
    | 'user added'
    | 'user changed'
    | 'user removed'
    | 'password changed'
    | 'token made'
    | 'token removed';
  readonly address: string;
  /** Who did it. */
  readonly by?: string | undefined;
  /** Whom it concerns, or the name of the token. */
  readonly subject?: string;
}

export interface AuthDeps {
  readonly access: Access;
  /** The session cookie's name. */
  readonly cookie: string;
  readonly onAuth: (event: AuthEvent) => void;
}

/** Attempts a minute. Names are counted apart, so that many addresses together do not guess one password. */
const attemptsOfAddress = 10;
const attemptsOfName = 20;
/** So many addresses and names are remembered, those of the latest attempts. */
const remembered = 5000;
const largestBody = 4096;

/** The user whom a session is of: what a token may not do. */
export const userOfSession = (identity: Identity | undefined): string => {
  if (identity?.user === undefined) throw new AuthError('no-user', 'Log in as a user first: this belongs to a user.');
  if (identity.session === undefined)
    return refuse(403, 'forbidden', 'This needs a log-in with a password, not a token.');
  return identity.user;
};

const nameOf = ({ body }: FastifyRequest): string => String((body as { name?: unknown } | undefined)?.name);

/** Logging in and out, under /api/session. */
export const sessionRoutes =
  ({ access, cookie, onAuth }: AuthDeps): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(rateLimit, { global: false });
    const limit = { timeWindow: 60_000, cache: remembered };
    const byAddress = app.createRateLimit({ ...limit, max: attemptsOfAddress });
    const byName = app.createRateLimit({
      ...limit,
      max: attemptsOfName,
      keyGenerator: (request) => request.identity?.user ?? nameOf(request),
    });

    /** An attempt that is one too many ends here. */
    const count = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      for (const limited of [byAddress, byName]) {
        const state = await limited(request);
        if (state.isAllowed || !state.isExceeded) continue;
        onAuth({ what: 'too many log-ins', address: request.ip });
        reply.header('retry-after', state.ttlInSeconds);
        throw new AuthError('too-many-attempts', `Too many attempts to log in: wait ${state.ttlInSeconds} seconds.`);
      }
    };
    /** A new session of the user, as a cookie. A name is logged only when it is one: it may be a mistyped password. */
    const begin = async (request: FastifyRequest, reply: FastifyReply, name: string, password: string) => {
      try {
        const { identity, session } = await access.logIn(name, password);
        onAuth({ what: 'logged in', address: request.ip, by: name });
        reply.setCookie(cookie, session, {
          path: '/',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.protocol === 'https',
          maxAge: Math.floor(access.sessionMaxMs / 1000),
        });
        return { name, role: identity.role };
      } catch (error) {
        if (error instanceof AuthError && error.code === 'too-many-attempts') reply.header('retry-after', 5);
        const isKnown = access.users().some((user) => user.name === name);
        onAuth({ what: 'log-in refused', address: request.ip, ...(isKnown && { subject: name }) });
        throw error;
      }
    };

    app.route({
      method: 'GET',
      url: '/api/session',
      config: { role: 'anyone' },
      schema: { summary: 'Who is logged in', tags: ['session'], response: { 200: session } },
      handler: ({ identity }) => ({
        user: identity?.user === undefined ? null : { name: identity.user, role: identity.role },
        isOpen: access.isOpen,
      }),
    });
    app.route({
      method: 'POST',
      url: '/api/session',
      config: { role: 'anyone' },
      bodyLimit: largestBody,
      schema: {
        summary: 'Log in: the session is in the cookie that is set',
        tags: ['session'],
        body: logIn,
        response: { 200: user.pick({ name: true, role: true }), 400: refusal, 401: refusal, 429: refusal },
      },
      handler: async (request, reply) => {
        await count(request, reply);
        return begin(request, reply, request.body.name, request.body.password);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/session',
      config: { role: 'anyone' },
      schema: { summary: 'Log out', tags: ['session'], response: { 204: z.null() } },
      handler: ({ identity, ip }, reply) => {
        if (identity?.session !== undefined) {
          access.logOut(identity);
          onAuth({ what: 'logged out', address: ip, by: identity.user });
        }
        reply.clearCookie(cookie, { path: '/' }).status(204);
        return null;
      },
    });
    app.route({
      method: 'PUT',
      url: '/api/session/password',
      config: { role: 'viewer' },
      bodyLimit: largestBody,
      schema: {
        summary: "Change one's own password: ends all of one's sessions and begins a new one",
        tags: ['session'],
        body: passwordChange,
        response: { 204: z.null(), 400: refusal, 401: refusal, 409: refusal, 429: refusal },
      },
      handler: async (request, reply) => {
        const name = userOfSession(request.identity);
        const { password, newPassword } = request.body;
        await count(request, reply);
        await access.checkPassword(name, password);
        await access.changeUser(name, { password: newPassword });
        onAuth({ what: 'password changed', address: request.ip, by: name });
        await begin(request, reply, name, newPassword);
        reply.status(204);
        return null;
      },
    });
  };
