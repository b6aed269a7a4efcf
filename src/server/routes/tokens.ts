import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { newToken, token, tokenBody } from '../schemas.ts';
import { refusal } from './refuse.ts';
import { type AuthDeps, userOfSession } from './session.ts';

/** One's own API tokens, under /api/tokens: made and removed by who logged in with a password. */
export const tokenRoutes =
  ({ access, onAuth }: AuthDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/tokens',
      config: { role: 'viewer' },
      schema: { summary: "One's own API tokens", tags: ['tokens'], response: { 200: z.array(token), 409: refusal } },
      handler: ({ identity }) => access.tokens(userOfSession(identity)),
    });
    app.route({
      method: 'POST',
      url: '/api/tokens',
      config: { role: 'viewer' },
      schema: {
        summary: 'Make an API token, for the header `Authorization: Bearer TOKEN`',
        tags: ['tokens'],
        body: tokenBody,
        response: { 201: newToken, 400: refusal, 409: refusal },
      },
      handler: ({ identity, ip, body }, reply) => {
        const user = userOfSession(identity);
        const { token, secret } = access.addToken(user, body);
        onAuth({ what: 'token made', address: ip, by: user, subject: token.name });
        const { id, role, expiresAt } = token;
        reply.status(201);
        return { id, token: secret, role, expiresAt };
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/tokens/:id',
      config: { role: 'viewer' },
      schema: {
        summary: 'Remove an API token: whoever uses it is refused from now on',
        tags: ['tokens'],
        params: z.object({ id: z.string() }),
        response: { 204: z.null(), 404: refusal, 409: refusal },
      },
      handler: ({ identity, ip, params: { id } }, reply) => {
        const user = userOfSession(identity);
        access.removeToken(user, id);
        onAuth({ what: 'token removed', address: ip, by: user, subject: id });
        reply.status(204);
        return null;
      },
    });
  };
