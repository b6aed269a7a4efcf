/**
 * The TensorFlow.js Layers format, as JSON in model.json: https://www.tensorflow.org/js/guide/save_load
 * Keras names and arguments; channels last; kernels are [height, width, in, out] (Dense: [in, out],
 * Conv2DTranspose: [height, width, out, in]).
 */
export interface LayerConfig {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>> & { readonly name: string };
  /** Functional form: [[[layerName, nodeIndex, tensorIndex, kwargs], ...]]; empty for an input layer. */
  readonly inbound_nodes: readonly (readonly (readonly [
    string,
    number,
    number,
    Readonly<Record<string, unknown>>,
  ])[])[];
}

/** A functional Keras model: a graph of layers with one input and one output. */
export interface Topology {
  readonly class_name: 'Functional' | 'Model';
  readonly config: {
    readonly name: string;
    readonly layers: readonly LayerConfig[];
    readonly input_layers: readonly (readonly [string, number, number])[];
    readonly output_layers: readonly (readonly [string, number, number])[];
  };
}

/** A weight by its Keras name, such as 'conv2d_1/kernel'. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A topology with its weights: everything an engine needs. */
export interface LayersModel {
  readonly topology: Topology;
  readonly weights: readonly Weight[];
}

/** [height, width, channels] of the model's pictures, in and out. */
export type PictureShape = readonly [height: number, width: number, channels: number];
