import * as z from 'zod';

import { pipelineSchema } from './schema.ts';

const isLeaf = (schema: unknown): boolean =>
  schema instanceof z.ZodString ||
  schema instanceof z.ZodNumber ||
  schema instanceof z.ZodBoolean ||
  schema instanceof z.ZodEnum;

/** The JSON schema of pipeline files, for editors. Every value may also be a text with `${ENV}` in it. */
export const pipelineJsonSchema = (): Record<string, unknown> => ({
  title: 'Nightjar pipeline',
  ...z.toJSONSchema(pipelineSchema, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      if (!isLeaf(zodSchema)) return;
      const { description: _, default: __, ...literal } = jsonSchema;
      for (const key of Object.keys(literal)) delete jsonSchema[key as keyof typeof jsonSchema];
      jsonSchema.anyOf = [literal, { type: 'string', pattern: String.raw`\$\{.+\}` }];
    },
  }),
});
