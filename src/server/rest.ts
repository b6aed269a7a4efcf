import path from 'node:path';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AlertStore } from '../alert/alert-store.ts';
import type { Alert, CameraStatus, Verdict } from '../core/status.ts';
import type { Metrics } from './metrics.ts';
import { verdictBody } from './protocol.ts';

/** The recorded alerts. */
type AlertReader = Pick<AlertStore, 'list' | 'get' | 'snapshotPath'>;

export interface RestFeed {
  readonly status: () => readonly CameraStatus[];
  readonly alerts: AlertReader;
  /** Records what a person said of an alert and announces it; undefined when there is no such alert. */
  readonly judge: (id: string, verdict: Verdict | null) => Alert | undefined;
  readonly metrics: Metrics;
  /** Whether every camera is being watched. */
  readonly ready: () => boolean;
}

const time = z.coerce.number().min(0).optional();
const alertQuery = z.strictObject({
  camera: z.string().optional(),
  from: time,
  to: time,
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Why Nightjar is not ready, for whoever asks: each camera that does not give predictions, and its state. */
const waitingFor = (cameras: readonly CameraStatus[]): string =>
  cameras
    .filter(({ state, hasModel }) => state !== 'live' || !hasModel)
    .map(({ id, state, message, hasModel }) => `${id}: ${message ?? (hasModel ? state : `${state}, no model yet`)}`)
    .join('; ') || 'starting';

const refuse = (reply: FastifyReply, status: 400 | 404 | 503, code: string, message: string): FastifyReply =>
  reply.status(status).send({ code, message });

/** The endpoints under /api, and /health, /ready and /metrics. Errors are JSON: {code, message}. */
export const addRest = (app: FastifyInstance, feed: RestFeed, onError: (error: Error) => void): void => {
  const { alerts, metrics } = feed;
  // JSON only: what pages of other origins may send without asking (forms, text/plain) is refused.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-cache'));
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'not-found', 'There is nothing at this address.'));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send({ code: 'invalid-request', message: error.message });
    onError(error);
    return reply.status(500).send({ code: 'internal', message: 'Nightjar could not answer; its log says why.' });
  });

  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', (_request, reply) =>
    feed.ready() ? { status: 'ready' } : refuse(reply, 503, 'not-ready', waitingFor(feed.status())),
  );
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  app.get('/api/cameras', () => feed.status());
  app.get<{ Params: { id: string } }>('/api/cameras/:id', ({ params: { id } }, reply) => {
    const camera = feed.status().find((status) => status.id === id);
    return camera ?? refuse(reply, 404, 'unknown-camera', `No camera has the id ${JSON.stringify(id)}.`);
  });

  app.get('/api/alerts', ({ query }, reply) => {
    const { success, data, error } = alertQuery.safeParse(query);
    return success ? alerts.list(data) : refuse(reply, 400, 'invalid-query', z.prettifyError(error));
  });
  const unknownAlert = (reply: FastifyReply, id: string): FastifyReply =>
    refuse(reply, 404, 'unknown-alert', `No alert has the id ${JSON.stringify(id)}.`);
  app.get<{ Params: { id: string } }>('/api/alerts/:id', ({ params: { id } }, reply) => {
    return alerts.get(id) ?? unknownAlert(reply, id);
  });
  app.get<{ Params: { id: string } }>('/api/alerts/:id/snapshot.jpg', ({ params: { id } }, reply) => {
    const alert = alerts.get(id);
    if (!alert) return unknownAlert(reply, id);
    const file = alerts.snapshotPath(alert);
    return reply.sendFile(path.basename(file), path.dirname(file), { cacheControl: false });
  });
  app.put<{ Params: { id: string } }>('/api/alerts/:id/verdict', ({ params: { id }, body }, reply) => {
    const { success, data, error } = verdictBody.safeParse(body);
    if (!success) return refuse(reply, 400, 'invalid-request', z.prettifyError(error));
    return feed.judge(id, data.verdict) ?? unknownAlert(reply, id);
  });
};
