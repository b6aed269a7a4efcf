import type { Topology } from '../layers-model.ts';
import type { Shape } from '../output-shape.ts';
import type { LayerSpec } from './sequential.ts';

/** The name of a model's input layer. */
export const modelInput = 'input';

/** A layer of a functional model, and the layers it reads by their names. */
export interface FunctionalLayer extends LayerSpec {
  readonly reads: readonly string[];
}

/** The layer `name`, which reads one other. */
export const read = (from: string, name: string, spec: LayerSpec): FunctionalLayer => ({
  ...spec,
  name,
  reads: [from],
});

/** The channels of several layers, one after the other. */
export const concatenate = (reads: readonly string[], name: string): FunctionalLayer => ({
  name,
  className: 'Concatenate',
  config: { axis: -1 },
  reads,
});

/** A model whose layers read any layers before them; the last one is its output. Names are the layers' own. */
export const functional = (name: string, input: Shape, layers: readonly FunctionalLayer[]): Topology => ({
  class_name: 'Functional',
  config: {
    name,
    layers: [
      {
        class_name: 'InputLayer',
        name: modelInput,
        config: { name: modelInput, batch_input_shape: [null, ...input], dtype: 'float32', sparse: false },
        inbound_nodes: [],
      },
      ...layers.map(({ name: layer, className, config, reads }) => ({
        class_name: className,
        name: layer,
        config: { name: layer, trainable: true, ...config },
        inbound_nodes: [reads.map((source) => [source, 0, 0, {}] as const)],
      })),
    ],
    input_layers: [[modelInput, 0, 0]],
    output_layers: [[layers.at(-1)?.name ?? modelInput, 0, 0]],
  },
});
