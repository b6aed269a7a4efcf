import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { DeadLetter, NotifierStatus } from '../../core/notification.ts';
import { deadLetter, notifierStatus } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

export interface OutboxDeps {
  /** Absent where nobody is ever told. */
  readonly notifiers?: {
    status(): NotifierStatus[];
    /** Undefined when there is no such notifier. */
    test(name: string): Promise<{ ok: true } | { ok: false; message: string }> | undefined;
    deadLetters(): DeadLetter[];
    /** False when there is none of a present notifier. */
    retry(id: number): boolean;
    remove(id: number): boolean;
  };
}

const byName = z.object({ name: z.string() });
const byId = z.object({ id: z.coerce.number().int().min(0) });
const nothing = z.null().describe('No content');
const testResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);

const unknownLetter = (id: number): never =>
  refuse(404, 'unknown-dead-letter', `No dead letter of a present notifier has the id ${id}.`);

/** Who is told of alerts, and what was given up, under /api/notifiers. */
export const outboxRoutes =
  ({ notifiers }: OutboxDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/notifiers',
      config: { role: 'operator' },
      schema: { summary: 'Who is told of alerts', response: { 200: z.array(notifierStatus) } },
      handler: () => notifiers?.status() ?? [],
    });
    app.route({
      method: 'POST',
      url: '/api/notifiers/:name/test',
      config: { role: 'operator' },
      schema: {
        summary: 'Send a test to a notifier at once',
        params: byName,
        response: { 200: testResult, 404: refusal },
      },
      handler: async ({ params: { name } }) =>
        (await notifiers?.test(name)) ??
        refuse(404, 'unknown-notifier', `No notifier has the name ${JSON.stringify(name)}.`),
    });
    app.route({
      method: 'GET',
      url: '/api/notifiers/dead',
      config: { role: 'operator' },
      schema: { summary: 'The newest 1000 notifications that were given up', response: { 200: z.array(deadLetter) } },
      handler: () => notifiers?.deadLetters() ?? [],
    });
    app.route({
      method: 'POST',
      url: '/api/notifiers/dead/:id/retry',
      config: { role: 'operator' },
      schema: { summary: 'Queue a dead letter again', params: byId, response: { 204: nothing, 404: refusal } },
      handler: ({ params: { id } }, reply) => {
        if (!notifiers?.retry(id)) unknownLetter(id);
        void reply.code(204);
        return null;
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/notifiers/dead/:id',
      config: { role: 'operator' },
      schema: { summary: 'Remove a dead letter', params: byId, response: { 204: nothing, 404: refusal } },
      handler: ({ params: { id } }, reply) => {
        if (!notifiers?.remove(id)) unknownLetter(id);
        void reply.code(204);
        return null;
      },
    });
  };
