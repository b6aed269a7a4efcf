import type { FastifyError, FastifyInstance } from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';

import { AuthError } from '../core/errors.ts';
import { addDescriptions } from './openapi.ts';
import { alertMediaRoutes, type AlertMediaDeps } from './routes/alert-media.ts';
import { alertRoutes, type AlertDeps } from './routes/alerts.ts';
import { cameraSettingsRoutes, type CameraSettingsDeps } from './routes/camera-settings.ts';
import { cameraRoutes, type CameraDeps } from './routes/cameras.ts';
import { discoveryRoutes, type DiscoveryDeps } from './routes/discovery.ts';
import { healthRoutes, type HealthDeps } from './routes/health.ts';
import { learningRoutes, type LearningDeps } from './routes/learning.ts';
import { outboxRoutes, type OutboxDeps } from './routes/outbox.ts';
import { type PictureDeps, pictureRoutes } from './routes/picture.ts';
import { type ProbeDeps, probeRoutes } from './routes/probe.ts';
import { Refusal, type RefusalStatus, refuse } from './routes/refuse.ts';
import { type ReportDeps, reportRoutes } from './routes/report.ts';
import { type AuthDeps, sessionRoutes } from './routes/session.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { userRoutes } from './routes/users.ts';

export type RestFeed = AlertDeps &
  AlertMediaDeps &
  CameraDeps &
  CameraSettingsDeps &
  DiscoveryDeps &
  HealthDeps &
  LearningDeps &
  OutboxDeps &
  PictureDeps &
  ProbeDeps &
  ReportDeps;

const authStatus: Readonly<Record<AuthError['code'], RefusalStatus>> = {
  'wrong-credentials': 401,
  'unknown-user': 404,
  'unknown-token': 404,
  'user-exists': 409,
  'last-admin': 409,
  'too-many-tokens': 409,
  'no-user': 409,
  'too-many-attempts': 429,
};

/** How errors are answered, as JSON: {code, message}. Register it before anything that may throw one. */
export const addErrors = (app: FastifyInstance, onError: (error: Error) => void): void => {
  app.setNotFoundHandler(() => refuse(404, 'not-found', 'There is nothing at this address.'));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof Refusal) return reply.status(error.status).send({ code: error.code, message: error.message });
    if (error instanceof AuthError)
      return reply.status(authStatus[error.code]).send({ code: error.code, message: error.message });
    if (hasZodFastifySchemaValidationErrors(error)) {
      const code = error.validationContext === 'querystring' ? 'invalid-query' : 'invalid-request';
      return reply.status(400).send({ code, message: error.message });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.status(status).send({ code: 'invalid-request', message: error.message });
    onError(error);
    return reply.status(500).send({ code: 'internal', message: 'Nightjar could not answer; its log says why.' });
  });
};

/** The endpoints under /api, and /health, /ready and /metrics. */
export const addRest = async (app: FastifyInstance, feed: RestFeed, auth: AuthDeps): Promise<void> => {
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // JSON only: what pages of other origins may send without asking (forms, text/plain) is refused.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-cache'));
  await addDescriptions(app, auth.cookie);
  const typed = app.withTypeProvider<ZodTypeProvider>();
  await typed.register(healthRoutes(feed));
  await typed.register(cameraRoutes(feed));
  await typed.register(cameraSettingsRoutes(feed));
  await typed.register(discoveryRoutes(feed));
  await typed.register(probeRoutes(feed));
  await typed.register(learningRoutes(feed));
  await typed.register(reportRoutes(feed));
  await typed.register(pictureRoutes(feed));
  await typed.register(alertRoutes(feed));
  await typed.register(alertMediaRoutes(feed));
  await typed.register(outboxRoutes(feed));
  await typed.register(sessionRoutes(auth));
  await typed.register(userRoutes(auth));
  await typed.register(tokenRoutes(auth));
};
