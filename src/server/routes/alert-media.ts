import { existsSync } from 'node:fs';
import path from 'node:path';

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { AlertStore } from '../../alert/alert-store.ts';
import { readCurve } from '../../alert/curve-files.ts';
import { alertScores, heatmap } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

export interface AlertMediaDeps {
  /** The recorded alerts: file names are made of their ids, never of a request's. */
  readonly alerts: Pick<AlertStore, 'get' | 'files'>;
}

const params = z.object({ id: z.string() });

/** The video, the scores and the heat map of an alert. */
export const alertMediaRoutes =
  ({ alerts }: AlertMediaDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const filesOf = (id: string) => {
      const alert = alerts.get(id) ?? refuse(404, 'unknown-alert', `No alert has the id ${JSON.stringify(id)}.`);
      return alerts.files(alert.id);
    };

    app.route({
      method: 'GET',
      url: '/api/alerts/:id/clip.mp4',
      config: { role: 'viewer' },
      schema: { summary: 'Its video (video/mp4); byte ranges are answered', params, response: { 404: refusal } },
      handler: async ({ params: { id } }, reply) => {
        const { clip: file } = filesOf(id);
        if (!existsSync(file)) return refuse(404, 'no-clip', 'There is no video of this alert.');
        return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
      },
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/scores',
      config: { role: 'viewer' },
      schema: {
        summary: 'The scores from 30 s before it to its end, at most 600',
        params,
        response: { 200: alertScores, 404: refusal },
      },
      handler: ({ params: { id } }) => ({ points: readCurve(filesOf(id)).points }),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/heatmap',
      config: { role: 'viewer' },
      schema: { summary: 'The heat map at its peak', params, response: { 200: heatmap, 404: refusal } },
      handler: ({ params: { id } }) =>
        readCurve(filesOf(id)).heatmap ?? refuse(404, 'no-heatmap', 'There is no heat map of this alert.'),
    });
  };
