import { z } from 'zod';

const tensorOf = z.tuple([z.string(), z.int(), z.int()]);

const topology = z.object({
  class_name: z.enum(['Functional', 'Model']),
  config: z.object({
    name: z.string(),
    layers: z.array(
      z.object({
        class_name: z.string(),
        name: z.string(),
        config: z.looseObject({ name: z.string() }),
        inbound_nodes: z.array(z.array(z.tuple([z.string(), z.int(), z.int(), z.record(z.string(), z.unknown())]))),
      }),
    ),
    input_layers: z.array(tensorOf),
    output_layers: z.array(tensorOf),
  }),
});

/**
 * model.json as far as Nightjar reads it: a functional model, weights in float32.
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (ModelJSON)
 */
export const modelJson = z.object({
  format: z.literal('layers-model'),
  modelTopology: topology,
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().regex(/^[\w.-]+$/, 'Expected a file name without folders')),
      weights: z.array(
        z.strictObject({ name: z.string(), shape: z.array(z.int().positive()), dtype: z.literal('float32') }),
      ),
    }),
  ),
});
export type ModelJson = z.input<typeof modelJson>;
