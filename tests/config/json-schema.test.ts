import { readFileSync } from 'node:fs';

import { pipelineJsonSchema } from '../../src/config/json-schema.ts';

test('pipelines/schema.json is what the schema says; `npm run build -- --schema` renews it', () => {
  expect(JSON.parse(readFileSync('pipelines/schema.json', 'utf8'))).toEqual(pipelineJsonSchema());
});

test('an editor accepts a variable in place of a number', () => {
  const { properties } = pipelineJsonSchema() as {
    properties: { server: { properties: { port: { anyOf: { type: string; pattern?: string }[] } } } };
  };
  const { anyOf } = properties.server.properties.port;
  expect(anyOf.map(({ type }) => type)).toEqual(['integer', 'string']);
  expect('${PORT:-8080}').toMatch(new RegExp(anyOf[1]?.pattern ?? 'no pattern', 'u'));
});
