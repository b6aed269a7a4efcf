import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { refusal, refuse } from './refuse.ts';

export interface ReportDeps {
  /** The page of the camera's model, which resolves with undefined while it has none; undefined when there is no such camera. */
  readonly report: (id: string) => Promise<string | undefined> | undefined;
}

/** The page loads and runs nothing; Nightjar's own page may frame it. */
const policy =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";

/** GET /api/cameras/:id/report. */
export const reportRoutes =
  ({ report }: ReportDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/report',
      config: { role: 'viewer' },
      schema: {
        summary: "Why the threshold of the camera's model is where it is (text/html)",
        params: z.object({ id: z.string() }),
        response: { 200: z.string(), 404: refusal },
      },
      handler: async ({ params: { id } }, reply) => {
        const page =
          (await (report(id) ?? refuse(404, 'unknown-camera', `No camera has the id ${JSON.stringify(id)}.`))) ??
          refuse(404, 'no-model', `Camera ${JSON.stringify(id)} has learned no model yet.`);
        return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page);
      },
    });
  };
