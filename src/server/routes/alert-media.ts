import path from 'node:path';

import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { AlertMediaFiles } from '../../alert/alert-media-files.ts';
import type { AlertStore } from '../../alert/alert-store.ts';
import { alertScores, heatmap } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

export interface AlertMediaDeps {
  /** The recorded alerts: file names are made of their ids, never of a request's. */
  readonly alerts: Pick<AlertStore, 'get'>;
  readonly alertMedia: Pick<AlertMediaFiles, 'clip' | 'readCurve'>;
}

const params = z.object({ id: z.string() });

/** The video, the scores and the heat map of an alert. */
export const alertMediaRoutes =
  ({ alerts, alertMedia }: AlertMediaDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const found = (id: string) =>
      alerts.get(id) ?? refuse(404, 'unknown-alert', `No alert has the id ${JSON.stringify(id)}.`);

    app.route({
      method: 'GET',
      url: '/api/alerts/:id/clip.mp4',
      config: { role: 'viewer' },
      schema: { summary: 'Its video (video/mp4); byte ranges are answered', params, response: { 404: refusal } },
      handler: async ({ params: { id } }, reply) => {
        const file = alertMedia.clip(found(id)) ?? refuse(404, 'no-clip', 'This alert has no video.');
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
      handler: ({ params: { id } }) => ({ points: [...alertMedia.readCurve(found(id)).points] }),
    });
    app.route({
      method: 'GET',
      url: '/api/alerts/:id/heatmap',
      config: { role: 'viewer' },
      schema: { summary: 'The heat map at its peak', params, response: { 200: heatmap, 404: refusal } },
      handler: ({ params: { id } }) =>
        alertMedia.readCurve(found(id)).heatmap ?? refuse(404, 'no-heatmap', 'This alert has no heat map.'),
    });
  };
