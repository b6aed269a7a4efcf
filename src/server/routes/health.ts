import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import type { CameraStatus } from '../../core/status.ts';
import type { Metrics } from '../metrics.ts';
import { refusal, refuse } from './refuse.ts';

export interface HealthDeps {
  readonly status: () => readonly CameraStatus[];
  readonly metrics: Metrics;
  /** Whether every camera is being watched. */
  readonly ready: () => boolean;
}

/** Whether a camera gives predictions, or is not meant to. */
export const isWatched = ({ state, hasModel }: CameraStatus): boolean =>
  state === 'paused' || (state === 'live' && hasModel);

/** Why Nightjar is not ready, for whoever asks: each camera that does not give predictions, and its state. */
const waitingFor = (cameras: readonly CameraStatus[]): string =>
  cameras
    .filter((camera) => !isWatched(camera))
    .map(({ id, state, message, hasModel }) => `${id}: ${message ?? (hasModel ? state : `${state}, no model yet`)}`)
    .join('; ') || 'starting';

/** /health, /ready and /metrics: for supervisors and Prometheus. */
export const healthRoutes =
  ({ status, metrics, ready }: HealthDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/health',
      config: { role: 'anyone' },
      schema: { summary: 'Whether the process answers', response: { 200: z.object({ status: z.literal('ok') }) } },
      handler: () => ({ status: 'ok' as const }),
    });
    app.route({
      method: 'GET',
      url: '/ready',
      config: { role: 'anyone' },
      schema: {
        summary: 'Whether every camera is watched; if not, which and why',
        response: { 200: z.object({ status: z.literal('ready') }), 503: refusal },
      },
      handler: () => (ready() ? { status: 'ready' as const } : refuse(503, 'not-ready', waitingFor(status()))),
    });
    app.route({
      method: 'GET',
      url: '/metrics',
      config: { role: 'viewer' },
      schema: { summary: 'All metrics in the Prometheus text format (text/plain)' },
      handler: async (_request, reply) =>
        reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    });
  };
