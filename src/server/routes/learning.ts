import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import { cameraStatus } from '../schemas.ts';
import { refusal, refuse } from './refuse.ts';

/** Why a camera does not begin to learn. */
export type LearningRefusal = 'unknown-camera' | 'already-learning' | 'nothing-to-learn';

export interface LearningDeps {
  /** Collects `minutes` of footage from now on (as much as the pipeline file says, without it) and learns from it. */
  readonly learn: (
    id: string,
    options: { readonly minutes?: number | undefined; readonly fresh?: boolean | undefined },
  ) => CameraStatus | LearningRefusal;
  /** The camera, which does not learn any more; undefined when there is none. */
  readonly cancelLearning: (id: string) => CameraStatus | undefined;
}

const byId = z.object({ id: z.string() });
const minutesExpected = 'a number from 0.1 to 10080';
const wish = z.strictObject({
  minutes: z
    .number(minutesExpected)
    .min(0.1, minutesExpected)
    .max(10_080, minutesExpected)
    .optional()
    .describe('of footage to collect; learning.minutes of the pipeline file, without it'),
  fresh: z.boolean().optional().describe('begin with random weights instead of the model that is there'),
});

const unknownCamera = (id: string): never =>
  refuse(404, 'unknown-camera', `No camera has the id ${JSON.stringify(id)}.`);

/** Learning on demand, under /api/cameras/:id/learn. */
export const learningRoutes =
  ({ learn, cancelLearning }: LearningDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/api/cameras/:id/learn',
      config: { role: 'operator' },
      schema: {
        summary: 'Collect footage from now on and learn from it',
        params: byId,
        body: wish.nullish(),
        response: { 202: cameraStatus, 400: refusal, 404: refusal, 409: refusal },
      },
      handler: ({ params: { id }, body }, reply) => {
        const status = learn(id, body ?? {});
        if (status === 'unknown-camera') return unknownCamera(id);
        if (status === 'already-learning') return refuse(409, 'already-learning', `Camera "${id}" is learning.`);
        if (status === 'nothing-to-learn')
          return refuse(409, 'nothing-to-learn', `None of the tasks of camera "${id}" is learned from its footage.`);
        void reply.code(202);
        return status;
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/cameras/:id/learn',
      config: { role: 'operator' },
      schema: {
        summary: 'End the learning, and keep the models as they are',
        params: byId,
        response: { 200: cameraStatus, 404: refusal },
      },
      handler: ({ params: { id } }) => cancelLearning(id) ?? unknownCamera(id),
    });
  };
