import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { AuthError } from '../../core/errors.ts';
import { user, userBody, userChange } from '../schemas.ts';
import { refusal } from './refuse.ts';
import type { AuthDeps } from './session.ts';

const byName = z.object({ name: z.string() });

/** The users, under /api/users. */
export const userRoutes =
  ({ access, onAuth }: AuthDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const find = (name: string) => {
      const found = access.users().find((user) => user.name === name);
      if (!found) throw new AuthError('unknown-user', `There is no user ${JSON.stringify(name)}.`);
      return found;
    };
    app.route({
      method: 'GET',
      url: '/api/users',
      config: { role: 'admin' },
      schema: { summary: 'Every user', tags: ['users'], response: { 200: z.array(user) } },
      handler: () => access.users(),
    });
    app.route({
      method: 'POST',
      url: '/api/users',
      config: { role: 'admin' },
      schema: {
        summary: 'Add a user',
        tags: ['users'],
        body: userBody,
        response: { 201: user, 400: refusal, 409: refusal, 429: refusal },
      },
      handler: async ({ body: { name, role, password }, identity, ip }, reply) => {
        await access.addUser(name, role, password);
        onAuth({ what: 'user added', address: ip, by: identity?.user, subject: name });
        reply.status(201);
        return find(name);
      },
    });
    app.route({
      method: 'PATCH',
      url: '/api/users/:name',
      config: { role: 'admin' },
      schema: {
        summary: "Change a user's role or password: ends its sessions",
        tags: ['users'],
        params: byName,
        body: userChange,
        response: { 200: user, 400: refusal, 404: refusal, 409: refusal, 429: refusal },
      },
      handler: async ({ params: { name }, body, identity, ip }) => {
        await access.changeUser(name, body);
        onAuth({ what: 'user changed', address: ip, by: identity?.user, subject: name });
        return find(name);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/users/:name',
      config: { role: 'admin' },
      schema: {
        summary: 'Remove a user, with its sessions and tokens',
        tags: ['users'],
        params: byName,
        response: { 204: z.null(), 404: refusal, 409: refusal },
      },
      handler: ({ params: { name }, identity, ip }, reply) => {
        access.removeUser(name);
        onAuth({ what: 'user removed', address: ip, by: identity?.user, subject: name });
        reply.status(204);
        return null;
      },
    });
  };
