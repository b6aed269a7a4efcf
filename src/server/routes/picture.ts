import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { refuse } from './refuse.ts';

export interface PictureDeps {
  /** The next live picture as JPEG, which resolves with undefined when none comes; undefined when there is no such camera. */
  readonly picture: (id: string) => Promise<Buffer | undefined> | undefined;
}

/** GET /api/cameras/:id/picture.jpg. */
export const pictureRoutes =
  ({ picture }: PictureDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/picture.jpg',
      config: { role: 'viewer' },
      schema: { summary: 'The newest live picture (image/jpeg)', params: z.object({ id: z.string() }) },
      handler: async ({ params: { id } }, reply) => {
        const jpeg =
          (await (picture(id) ?? refuse(404, 'unknown-camera', `No camera has the id ${JSON.stringify(id)}.`))) ??
          refuse(404, 'no-picture', `Camera ${JSON.stringify(id)} gives no pictures at this time.`);
        return reply.type('image/jpeg').header('cache-control', 'no-store').send(jpeg);
      },
    });
  };
