import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { pageCamera, pageCameraChanges } from '../../config/page-camera-schema.ts';
import { ConfigError, StoreError } from '../../core/errors.ts';
import type { CameraStatus } from '../../core/status.ts';
import { cameraStatus } from '../schemas.ts';
import { findCamera } from './cameras.ts';
import { refusal, refuse } from './refuse.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Changes the cameras of the running pipeline and its file. Throws ConfigError, StoreError('write-failed'). */
interface CameraControl {
  readonly add: (keys: Keys) => Promise<void>;
  readonly change: (id: string, changes: Keys) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  readonly settings: (id: string) => Promise<Keys | undefined>;
  readonly about: () => Promise<{ file: string; canWrite: boolean; problems: readonly string[] }>;
}

export interface CameraSettingsDeps {
  readonly status: () => readonly CameraStatus[];
  readonly control: CameraControl;
}

const byId = z.object({ id: z.string() });

/** What a camera's keys may not be is said as of a pipeline file: by key, with what was expected. */
const tellSettings = (error: FastifyError): never => {
  if (!hasZodFastifySchemaValidationErrors(error) || error.validationContext !== 'body') throw error;
  const lines = error.validation.map(({ instancePath, message = '' }) => {
    const key = instancePath.slice(1).replaceAll('/', '.');
    return key === '' ? message : `${key}: expected ${message}`;
  });
  return refuse(400, 'invalid-settings', lines.join('; '));
};

/** What the page changes of the cameras, and of the pipeline file. */
export const cameraSettingsRoutes =
  ({ status, control }: CameraSettingsDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const find = findCamera(status);
    const attempt = async (run: () => Promise<void>): Promise<void> => {
      try {
        await run();
      } catch (error) {
        if (error instanceof ConfigError) refuse(400, 'invalid-settings', error.message);
        if (error instanceof StoreError) refuse(409, 'read-only', error.message);
        throw error;
      }
    };

    app.route({
      method: 'POST',
      url: '/api/cameras',
      config: { role: 'admin' },
      errorHandler: tellSettings,
      schema: {
        summary: 'Add a camera: written into the pipeline file, and opened',
        body: pageCamera,
        response: { 201: cameraStatus, 400: refusal, 409: refusal },
      },
      handler: async ({ body }, reply) => {
        if (status().some(({ id }) => id === body.id))
          refuse(409, 'camera-exists', `There is a camera ${body.id} already.`);
        await attempt(async () => control.add(body));
        return reply.status(201).send(find(body.id));
      },
    });
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/settings',
      config: { role: 'operator' },
      schema: {
        summary: 'The keys of a camera as the pipeline file has them, without passwords',
        params: byId,
        response: { 200: z.record(z.string(), z.unknown()), 404: refusal },
      },
      handler: async ({ params: { id } }) => (await control.settings(find(id).id)) ?? {},
    });
    app.route({
      method: 'PATCH',
      url: '/api/cameras/:id',
      config: { role: 'admin' },
      errorHandler: tellSettings,
      schema: {
        summary: 'Change keys of a camera: null takes one out, what is absent stays',
        params: byId,
        body: pageCameraChanges,
        response: { 200: cameraStatus, 400: refusal, 404: refusal, 409: refusal },
      },
      handler: async ({ params: { id }, body }) => {
        find(id);
        await attempt(async () => control.change(id, body));
        return find(id);
      },
    });
    app.route({
      method: 'DELETE',
      url: '/api/cameras/:id',
      config: { role: 'admin' },
      schema: {
        summary: 'Take a camera out of the pipeline file; its models and alerts stay',
        params: byId,
        response: { 204: z.null(), 404: refusal, 409: refusal },
      },
      handler: async ({ params: { id } }, reply) => {
        find(id);
        await attempt(async () => control.remove(id));
        return reply.status(204).send(null);
      },
    });
    for (const [action, paused] of [
      ['pause', true],
      ['resume', null],
    ] as const)
      app.route({
        method: 'POST',
        url: action === 'pause' ? '/api/cameras/:id/pause' : '/api/cameras/:id/resume',
        config: { role: 'operator' },
        schema: {
          summary: paused ? 'Let a camera rest' : 'Watch a camera again',
          params: byId,
          response: { 200: cameraStatus, 404: refusal, 409: refusal },
        },
        handler: async ({ params: { id } }) => {
          find(id);
          await attempt(async () => control.change(id, { paused }));
          return find(id);
        },
      });
    app.route({
      method: 'GET',
      url: '/api/pipeline',
      config: { role: 'operator' },
      schema: {
        summary: 'The pipeline file: whether it can be written, and why it is not what runs',
        response: {
          200: z.object({ file: z.string(), canWrite: z.boolean(), problems: z.array(z.string()).readonly() }),
        },
      },
      handler: async () => control.about(),
    });
  };
