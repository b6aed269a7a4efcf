import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import { cameraStatus } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

export interface CameraDeps {
  readonly status: () => readonly CameraStatus[];
}

/** Finds a camera by its id; refuses the request when there is none. */
export const findCamera =
  (status: CameraDeps['status']) =>
  (id: string): CameraStatus =>
    status().find((camera) => camera.id === id) ??
    refuse(404, 'unknown-camera', `No camera has the id ${JSON.stringify(id)}.`);

/** The cameras, under /api/cameras. */
export const cameraRoutes =
  ({ status }: CameraDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras',
      config: { role: 'viewer' },
      schema: { summary: 'Every camera as it is now', response: { 200: z.array(cameraStatus).readonly() } },
      handler: () => status(),
    });
    app.route({
      method: 'GET',
      url: '/api/cameras/:id',
      config: { role: 'viewer' },
      schema: {
        summary: 'One camera as it is now',
        params: z.object({ id: z.string() }),
        response: { 200: cameraStatus, 404: refusal },
      },
      handler: ({ params: { id } }) => findCamera(status)(id),
    });
  };
