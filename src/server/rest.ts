import type { FastifyError, FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';

import { alertRoutes, type AlertDeps } from './routes/alerts.ts';
import { cameraRoutes, type CameraDeps } from './routes/cameras.ts';
import { healthRoutes, type HealthDeps } from './routes/health.ts';
import { outboxRoutes, type OutboxDeps } from './routes/outbox.ts';
import { Refusal, refuse } from './routes/refuse.ts';

/** The least role that may use a route, each including those before it. */
export const roles = ['anyone', 'viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: Role;
  }
}

export type RestFeed = AlertDeps & CameraDeps & HealthDeps & OutboxDeps;

/** The endpoints under /api, and /health, /ready and /metrics. Errors are JSON: {code, message}. */
export const addRest = async (app: FastifyInstance, feed: RestFeed, onError: (error: Error) => void): Promise<void> => {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // JSON only: what pages of other origins may send without asking (forms, text/plain) is refused.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-cache'));
  app.setNotFoundHandler(() => refuse(404, 'not-found', 'There is nothing at this address.'));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof Refusal) return reply.status(error.status).send({ code: error.code, message: error.message });
    if (hasZodFastifySchemaValidationErrors(error)) {
      const code = error.validationContext === 'querystring' ? 'invalid-query' : 'invalid-request';
      return reply.status(400).send({ code, message: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send({ code: 'invalid-request', message: error.message });
    onError(error);
    return reply.status(500).send({ code: 'internal', message: 'Nightjar could not answer; its log says why.' });
  });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  await typed.register(healthRoutes(feed));
  await typed.register(cameraRoutes(feed));
  await typed.register(alertRoutes(feed));
  await typed.register(outboxRoutes(feed));
};
