import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import { findCamera } from './cameras.ts';
import { refusal, refuse } from './refuse.ts';

export interface PictureDeps {
  readonly status: () => readonly CameraStatus[];
  /** The next live picture as JPEG; undefined when none comes. */
  readonly picture: (id: string) => Promise<Buffer | undefined>;
}

/** GET /api/cameras/:id/picture.jpg. */
export const pictureRoutes =
  ({ status, picture }: PictureDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/picture.jpg',
      config: { role: 'viewer' },
      schema: {
        summary: 'The newest live picture (image/jpeg)',
        params: z.object({ id: z.string() }),
        response: { 404: refusal },
      },
      handler: async ({ params: { id } }, reply) => {
        findCamera(status)(id);
        const jpeg =
          (await picture(id)) ??
          refuse(404, 'no-picture', `Camera ${JSON.stringify(id)} gives no pictures at this time.`);
        // Not one of the JSON answers that the schema types.
        const plain: FastifyReply = reply;
        return plain.type('image/jpeg').header('cache-control', 'no-store').send(jpeg);
      },
    });
  };
