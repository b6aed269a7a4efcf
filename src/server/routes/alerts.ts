import path from 'node:path';

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { AlertIdFilter } from '../../alert/alert-query.ts';
import type { AlertStore } from '../../alert/alert-store.ts';
import type { Alert, Verdict } from '../../core/status.ts';
import { alertArchive } from '../alert-archive.ts';
import { alert, timeline, verdictBody } from '../schemas.ts';
import { alertQuery, deleteQuery, exportQuery, timelineQuery } from './alert-query.ts';
import { refusal, refuse } from './refuse.ts';

export interface AlertDeps {
  /** The recorded alerts. */
  readonly alerts: Pick<AlertStore, 'list' | 'get' | 'snapshotPath' | 'timeline' | 'files'>;
  /** Records what a person said of an alert and announces it; undefined when there is no such alert. */
  readonly judge: (id: string, verdict: Verdict | null) => Alert | undefined;
  /** Removes alerts and all that is kept of them, and announces each; resolves with how many there were. */
  readonly remove: (filter: AlertIdFilter) => Promise<number>;
}

const byId = z.object({ id: z.string() });
const nothing = z.null().describe('No content');
const dayMs = 86_400_000;

const unknownAlert = (id: string): never => refuse(404, 'unknown-alert', `No alert has the id ${JSON.stringify(id)}.`);

/** The recorded alerts, under /api/alerts. */
export const alertRoutes =
  ({ alerts, judge, remove }: AlertDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/alerts',
      config: { role: 'viewer' },
      schema: {
        summary: 'Alerts, newest first',
        querystring: alertQuery,
        response: { 200: z.array(alert), 400: refusal, 404: refusal },
      },
      handler: ({ query }) => {
        const { before } = query;
        if (before !== undefined && !alerts.get(before)) return unknownAlert(before);
        return alerts.list(query);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/alerts',
      config: { role: 'operator' },
      schema: {
        summary: 'Delete all alerts that a filter lets through, with pictures, clips and footage',
        querystring: deleteQuery,
        response: { 200: z.object({ deleted: z.number() }), 400: refusal },
      },
      handler: async ({ query }) => ({ deleted: await remove(query) }),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/timeline',
      config: { role: 'viewer' },
      schema: {
        summary: 'How many alerts began when, by camera and severity',
        querystring: timelineQuery,
        response: { 200: timeline, 400: refusal },
      },
      handler: ({ query: { to = Date.now(), from = to - dayMs, ...query } }) =>
        alerts.timeline({ ...query, from: Math.max(0, from), to }),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/export.zip',
      config: { role: 'viewer' },
      schema: { summary: 'The newest alerts that a filter lets through, as a ZIP file', querystring: exportQuery },
      handler: ({ query }, reply) =>
        reply
          .type('application/zip')
          .header('content-disposition', 'attachment; filename="nightjar-alerts.zip"')
          .send(alertArchive(alerts.list(query), alerts.files)),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id',
      config: { role: 'viewer' },
      schema: { summary: 'One alert', params: byId, response: { 200: alert, 404: refusal } },
      handler: ({ params: { id } }) => alerts.get(id) ?? unknownAlert(id),
    });
    app.route({
      method: 'DELETE',
      url: '/api/alerts/:id',
      config: { role: 'operator' },
      schema: {
        summary: 'Delete an alert, with its picture, clip and footage',
        params: byId,
        response: { 204: nothing, 404: refusal },
      },
      handler: async ({ params: { id } }, reply) => {
        if ((await remove({ id })) === 0) return unknownAlert(id);
        return reply.status(204).send(null);
      },
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/snapshot.jpg',
      config: { role: 'viewer' },
      schema: { summary: 'The picture at its peak (image/jpeg)', params: byId, response: { 404: refusal } },
      handler: async ({ params: { id } }, reply) => {
        const found = alerts.get(id) ?? unknownAlert(id);
        if (found.snapshot === '') return refuse(404, 'no-snapshot', 'There is no picture of this alert.');
        const file = alerts.snapshotPath(found);
        return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
      },
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/export.zip',
      config: { role: 'viewer' },
      schema: { summary: 'An alert with its picture, clip, scores and heat map, as a ZIP file', params: byId },
      handler: ({ params: { id } }, reply) => {
        const found = alerts.get(id) ?? unknownAlert(id);
        const name = `nightjar-alert-${found.id.replace(/[^\w-]/g, '_')}.zip`;
        return reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="${name}"`)
          .send(alertArchive([found], alerts.files));
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
