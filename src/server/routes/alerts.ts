import path from 'node:path';

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { AlertStore } from '../../alert/alert-store.ts';
import type { Alert, Verdict } from '../../core/status.ts';
import { alert, verdictBody } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

export interface AlertDeps {
  /** The recorded alerts. */
  readonly alerts: Pick<AlertStore, 'list' | 'get' | 'snapshotPath'>;
  /** Records what a person said of an alert and announces it; undefined when there is no such alert. */
  readonly judge: (id: string, verdict: Verdict | null) => Alert | undefined;
}

const time = z.coerce.number().min(0).optional();
const alertQuery = z.strictObject({
  camera: z.string().optional(),
  from: time,
  to: time,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
const byId = z.object({ id: z.string() });

const unknownAlert = (id: string): never => refuse(404, 'unknown-alert', `No alert has the id ${JSON.stringify(id)}.`);

/** The recorded alerts, under /api/alerts. */
export const alertRoutes =
  ({ alerts, judge }: AlertDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/alerts',
      config: { role: 'viewer' },
      schema: {
        summary: 'Alerts, newest first',
        querystring: alertQuery,
        response: { 200: z.array(alert), 400: refusal },
      },
      handler: ({ query }) => alerts.list(query),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id',
      config: { role: 'viewer' },
      schema: { summary: 'One alert', params: byId, response: { 200: alert, 404: refusal } },
      handler: ({ params: { id } }) => alerts.get(id) ?? unknownAlert(id),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/snapshot.jpg',
      config: { role: 'viewer' },
      schema: { summary: 'The picture at its peak (image/jpeg)', params: byId, response: { 404: refusal } },
      handler: async ({ params: { id } }, reply) => {
        const found = alerts.get(id) ?? unknownAlert(id);
        const file = alerts.snapshotPath(found);
        return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
      },
    });
    app.route({
      method: 'PUT',
      url: '/api/alerts/:id/verdict',
      config: { role: 'operator' },
      schema: {
        summary: 'Judge an alert',
        params: byId,
        body: verdictBody,
        response: { 200: alert, 400: refusal, 404: refusal },
      },
      handler: ({ params: { id }, body }) => judge(id, body.verdict) ?? unknownAlert(id),
    });
  };
