import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import { findCamera } from './cameras.ts';
import { refusal, refuse } from './refuse.ts';

export interface ReportDeps {
  readonly status: () => readonly CameraStatus[];
  /** The page of the camera's model; undefined while it has none. */
  readonly report: (id: string) => Promise<string | undefined>;
}

/** The page loads and runs nothing; Nightjar's own page may frame it. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/** GET /api/cameras/:id/report. */
export const reportRoutes =
  ({ status, report }: ReportDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/report',
      config: { role: 'viewer' },
      schema: {
        summary: "Why the threshold of the camera's model is where it is (text/html)",
        params: z.object({ id: z.string() }),
        response: { 200: { content: { 'text/html': { schema: z.string() } } }, 404: refusal },
      },
      handler: async ({ params: { id } }, reply) => {
        findCamera(status)(id);
        const page =
          (await report(id)) ?? refuse(404, 'no-model', `Camera ${JSON.stringify(id)} has learned no model yet.`);
        return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page);
      },
    });
  };
