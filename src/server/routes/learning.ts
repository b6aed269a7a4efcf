import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import { cameraStatus } from '../schemas.ts';
import { findCamera } from './cameras.ts';
import { refusal, refuse } from './refuse.ts';

export interface LearningDeps {
  readonly status: () => readonly CameraStatus[];
  /** Collects `minutes` of footage from now on (as much as the pipeline file says, without it) and learns from it. */
  readonly learn: (
    id: string,
    options: { readonly minutes?: number | undefined; readonly fresh?: boolean | undefined },
  ) => 'started' | 'already-learning' | 'nothing-to-learn' | 'not-running';
  /** Ends what a camera learns, if it does. */
  readonly cancelLearning: (id: string) => void;
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

/** Learning on demand, under /api/cameras/:id/learn. */
export const learningRoutes =
  ({ status, learn, cancelLearning }: LearningDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const find = findCamera(status);
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
        find(id);
        const outcome = learn(id, body ?? {});
        if (outcome === 'already-learning') return refuse(409, 'already-learning', `Camera ${id} is learning already.`);
        if (outcome === 'nothing-to-learn')
          return refuse(409, 'nothing-to-learn', `None of the tasks of camera ${id} is learned from its footage.`);
        if (outcome === 'not-running')
          return refuse(409, 'not-running', `Camera ${id} is paused, or could not be opened.`);
        void reply.code(202);
        return find(id);
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
      handler: ({ params: { id } }) => {
        find(id);
        cancelLearning(id);
        return find(id);
      },
    });
  };
