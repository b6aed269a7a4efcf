import * as z from 'zod';

import { clientMessage, protocolVersion, serverMessage } from './protocol.ts';
import { alert, cameraStatus } from './schemas.ts';

type Options = (typeof clientMessage | typeof serverMessage)['options'][number];

const nameOf = (message: Options): string => message.shape.type.value;
const reference = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/**
 * The WebSocket as an AsyncAPI 3 document, made from the schemas by which the server checks what comes and types what goes.
 * `cookie` is the name of the session's.
 */
export const asyncApi = (cookie: string): Record<string, unknown> => {
  const sent = serverMessage.options.map((message) => [nameOf(message), message] as const);
  const received = clientMessage.options.map((message) => [nameOf(message), message] as const);
  const names = [...sent, ...received].map(([name]) => name);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Nightjar: live',
      version: String(protocolVersion),
      description: 'What happens now. docs/protocol.md is its manual, with the layout of the binary messages.',
    },
    defaultContentType: 'application/json',
    servers: {
      here: {
        host: 'localhost:8080',
        protocol: 'ws',
        security: [reference('securitySchemes', 'session'), reference('securitySchemes', 'token')],
      },
    },
    channels: {
      live: {
        address: '/ws',
        messages: Object.fromEntries([...names, 'picture'].map((name) => [name, reference('messages', name)])),
      },
    },
    operations: {
      receive: operation(
        'receive',
        'What clients may send.',
        received.map(([name]) => name),
      ),
      send: operation('send', 'What clients get.', [...sent.map(([name]) => name), 'picture']),
    },
    components: {
      messages: {
        ...Object.fromEntries(
          [...sent, ...received].map(([name, { description }]) => [
            name,
            { name, summary: description, payload: reference('schemas', name) },
          ]),
        ),
        picture: {
          name: 'picture',
          contentType: 'application/octet-stream',
          summary: 'A picture as a binary message: a header of 20 bytes, then JPEG, H.264 or a heat map.',
          payload: { type: 'string', format: 'binary' },
        },
      },
      schemas: { ...schemasOf(sent, 'output'), ...schemasOf(received, 'input') },
      securitySchemes: {
        session: { type: 'httpApiKey', in: 'cookie', name: cookie, description: 'Set by POST /api/session.' },
        token: { type: 'http', scheme: 'bearer', description: 'An API token, made by POST /api/tokens.' },
      },
    },
  };
};

const operation = (action: 'send' | 'receive', summary: string, names: readonly string[]) => ({
  action,
  summary,
  channel: { $ref: '#/channels/live' },
  messages: names.map((name) => ({ $ref: `#/channels/live/messages/${name}` })),
});

/** As JSON schemas (draft 7, which AsyncAPI's are a superset of), those that several use by reference. */
const schemasOf = (messages: readonly (readonly [string, Options])[], io: 'input' | 'output') => {
  const registry = z.registry<{ id: string }>();
  for (const [name, message] of messages) registry.add(message, { id: name });
  if (io === 'output') registry.add(alert, { id: 'Alert' }).add(cameraStatus, { id: 'CameraStatus' });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    target: 'draft-7',
    uri: (id) => `#/components/schemas/${id}`,
  });
  // Their own ids say where they are not: they are all in one document.
  const isOwnName = (key: string): boolean => ['$schema', '$id', 'id'].includes(key);
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      Object.fromEntries(Object.entries(schema).filter(([key]) => !isOwnName(key))),
    ]),
  );
};
