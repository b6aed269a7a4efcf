import type { PictureShape, Topology } from '../layers-model.ts';
import type { LayerSpec } from './sequential.ts';

/** A layer of a functional model, and the layers it reads by their names ('input' is the model's input). */
export interface FunctionalLayer extends LayerSpec {
  readonly reads: readonly string[];
}

/** A model whose layers read any layers before them; the last one is its output. Names are the layers' own. */
export const functional = (name: string, input: PictureShape, layers: readonly FunctionalLayer[]): Topology => ({
  class_name: 'Functional',
  config: {
    name,
    layers: [
      {
        class_name: 'InputLayer',
        name: 'input',
        config: { name: 'input', batch_input_shape: [null, ...input], dtype: 'float32', sparse: false },
        inbound_nodes: [],
      },
      ...layers.map(({ name: layer, className, config, reads }) => ({
        class_name: className,
        name: layer,
        config: { name: layer, trainable: true, ...config },
        inbound_nodes: [reads.map((read) => [read, 0, 0, {}] as const)],
      })),
    ],
    input_layers: [['input', 0, 0]],
    output_layers: [[layers.at(-1)?.name ?? 'input', 0, 0]],
  },
});
