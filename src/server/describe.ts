import fastifyCookie from '@fastify/cookie';
import fastify from 'fastify';

import type { Access } from '../auth/access.ts';
import { asyncApi } from './asyncapi.ts';
import { cookieName } from './guard.ts';
import { addRest, type RestFeed } from './rest.ts';

/** The OpenAPI and the AsyncAPI document, of routes that are never asked anything: for docs/. */
export const describeApi = async (): Promise<{ readonly openapi: object; readonly asyncapi: object }> => {
  const app = fastify();
  const cookie = cookieName(false);
  await app.register(fastifyCookie);
  await addRest(app, {} as RestFeed, { access: {} as Access, cookie, onAuth: () => {} });
  await app.ready();
  const openapi = app.swagger();
  await app.close();
  return { openapi, asyncapi: asyncApi(cookie) };
};
