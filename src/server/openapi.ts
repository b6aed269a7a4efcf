import { STATUS_CODES } from 'node:http';

import swagger, { type SwaggerTransform, type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import * as z from 'zod';

import { asyncApi } from './asyncapi.ts';
import { protocolVersion } from './protocol.ts';
import { refusal } from './routes/refuse.ts';

type Responses = Readonly<Record<string, unknown>>;

/** An answer that is no JSON (a picture, a page, text): its type is in the summary. */
const otherContent = { content: { '*/*': { schema: z.unknown() } } };

const isSuccess = (status: string): boolean => status.startsWith('2');

/** Each route as it is declared, with what is the same for all: who may use it, and how it refuses others and wrong requests. */
const transform: SwaggerTransform = (document) => {
  const { route, schema } = document;
  const role = route.config?.role ?? 'admin';
  const needsRole = role !== 'anyone';
  const { response = {}, body, ...asked } = schema as { response?: Responses; body?: unknown };
  const canBeWrong = body !== undefined || 'params' in asked || 'querystring' in asked;
  const answers = {
    ...(!Object.keys(response).some(isSuccess) && { 200: otherContent }),
    ...response,
    ...('params' in asked && { 404: refusal }),
    ...(canBeWrong && { 400: refusal }),
    ...(body !== undefined && { 413: refusal, 415: refusal }),
    ...(needsRole && { 401: refusal }),
    403: refusal,
  };
  const transformed = jsonSchemaTransform({ ...document, schema: { ...schema, response: answers } });
  const guarded = {
    ...transformed.schema,
    description: needsRole ? `Needs the role ${role}.` : 'Needs no log-in.',
    security: needsRole ? [{ session: [] }, { token: [] }] : [],
    'x-role': role,
  };
  return { ...transformed, schema: guarded };
};

/** Names answers by their status, and leaves out the schemas that no route uses. */
const transformObject: SwaggerTransformObject = (document) => {
  const made = jsonSchemaTransformObject(document) as {
    paths?: Record<string, Record<string, { responses?: Record<string, { description: string }> }>>;
    components?: { schemas?: Record<string, unknown> };
  };
  for (const operation of Object.values(made.paths ?? {}).flatMap((path) => Object.values(path)))
    for (const [status, answer] of Object.entries(operation.responses ?? {}))
      answer.description = STATUS_CODES[status] ?? answer.description;
  const { schemas = {} } = made.components ?? {};
  const text = JSON.stringify(made);
  for (const name of Object.keys(schemas)) if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
  return made;
};

/** Describes the routes that are added after it, at /api/openapi.json, and the WebSocket at /api/asyncapi.json. */
export const addDescriptions = async (app: FastifyInstance, cookie: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nightjar',
        version: String(protocolVersion),
        description: 'What there is. Errors are {code, message}. docs/protocol.md is its manual.',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: cookie, description: 'Set by POST /api/session.' },
          token: { type: 'http', scheme: 'bearer', description: 'An API token, made by POST /api/tokens.' },
        },
      },
    },
    transform,
    transformObject,
  });
  const response = { 200: z.record(z.string(), z.unknown()) };
  app.route({
    method: 'GET',
    url: '/api/openapi.json',
    config: { role: 'viewer' },
    schema: { summary: 'REST as an OpenAPI 3.1 document', response },
    handler: () => app.swagger(),
  });
  const document = asyncApi(cookie);
  app.route({
    method: 'GET',
    url: '/api/asyncapi.json',
    config: { role: 'viewer' },
    schema: { summary: 'The WebSocket as an AsyncAPI 3 document', response },
    handler: () => document,
  });
};
