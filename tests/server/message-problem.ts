import { Ajv } from 'ajv';

import { asyncApi } from '../../src/server/asyncapi.ts';

const document = asyncApi('nightjar_session');
const ajv = new Ajv({ strict: false });
ajv.addSchema(document, 'asyncapi');
const { schemas } = document['components'] as { schemas: Record<string, unknown> };

/** Why a text message of the server is not what /api/asyncapi.json says; undefined when it is. */
export const messageProblem = (message: { readonly type?: unknown }): string | undefined => {
  const type = String(message.type);
  if (!(type in schemas)) return `${type}: no such message`;
  const isRight = ajv.validate({ $ref: `asyncapi#/components/schemas/${type}` }, message);
  return isRight ? undefined : `${type}: ${ajv.errorsText()}`;
};
