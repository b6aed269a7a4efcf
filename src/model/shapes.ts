import { ModelError } from '../core/errors.ts';
import { parseConfig } from './layer-config.ts';
import type { ClassName, TypedConfig } from './layer-config.ts';
import type { LayerConfig, Topology } from './layers-model.ts';
import { outputShapeOf } from './output-shape.ts';
import type { Shape } from './output-shape.ts';
import { unsupported } from './unsupported.ts';

/** A layer with its place in the graph. Narrow it by `className` to get at its typed `config`; shapes are without batch. */
export type LayerNode<C extends ClassName = ClassName> = Extract<TypedConfig, { readonly className: C }> & {
  readonly name: string;
  /** Names of the layers it reads. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** How many steps of a sequence it takes as that many pictures: more than 1 only in `perStep`. */
  readonly steps: number;
};

export type StepNode = Exclude<LayerNode, { readonly className: 'TimeDistributed' }>;

export interface LayerGraph {
  /** In topological order, the input layer first; only layers that the output depends on. */
  readonly nodes: readonly LayerNode[];
  readonly input: LayerNode;
  readonly output: LayerNode;
}

/** A LayerGraph without TimeDistributed. */
export interface StepGraph extends LayerGraph {
  readonly nodes: readonly StepNode[];
  readonly input: StepNode;
  readonly output: StepNode;
}

/** Every layer with its shapes. Throws ModelError 'unsupported' for a layer or argument that Nightjar cannot compute. */
export const layerGraph = (topology: Topology): LayerGraph => {
  const layers = new Map(topology.config.layers.map((layer) => [layer.name, layer]));
  const nodes = new Map<string, LayerNode>();
  const visit = (name: string, path: readonly string[]): LayerNode => {
    const known = nodes.get(name);
    if (known) return known;
    if (path.includes(name)) throw unsupported(name, 'inbound_nodes without a cycle', [...path, name]);
    const layer = layers.get(name);
    if (!layer) throw unsupported(path.at(-1) ?? topology.config.name, 'a layer that exists', name);
    const inputs = inboundNames(layer).map((input) => visit(input, [...path, name]));
    const node = layerNode(layer, inputs);
    nodes.set(name, node);
    return node;
  };
  const input = visit(onlyLayer(topology, 'input_layers'), []);
  const output = visit(onlyLayer(topology, 'output_layers'), []);
  const order = [...nodes.values()];
  const inputs = order.filter((node) => node.className === 'InputLayer');
  if (inputs.length !== 1 || inputs[0] !== input)
    throw new ModelError(
      'unsupported',
      `Model '${topology.config.name}': expected one InputLayer, '${input.name}', found ${inputs.map(({ name }) => name).join(', ') || 'none'}`,
    );
  return { nodes: order, input, output };
};

/**
 * The layers with each TimeDistributed replaced by the layer inside it, for the pictures of all steps at once: its shapes
 * are those of one step. In an ONNX graph a sequence [N, steps, height, width, channels] lies as the pictures
 * [N * steps, channels, height, width], so that the inner layer needs not know of the steps.
 */
export const perStep = ({ nodes, input, output }: LayerGraph): StepGraph => {
  const inner = new Map(nodes.map((node) => [node, withoutTime(node)]));
  return { nodes: [...inner.values()], input: inner.get(input)!, output: inner.get(output)! };
};

/** A TimeDistributed layer as the layer inside it; any other as it is. */
export const withoutTime = (node: LayerNode): StepNode => {
  if (node.className !== 'TimeDistributed') return node;
  const [steps = 1, ...outputShape] = node.outputShape;
  const inputShapes = node.inputShapes.map((shape) => shape.slice(1));
  const { name, inputs } = node;
  return { ...node.config.layer, name, inputs, inputShapes, outputShape, steps } as StepNode;
};

const onlyLayer = ({ config }: Topology, key: 'input_layers' | 'output_layers'): string => {
  const [only, ...more] = config[key];
  if (!only || more.length > 0)
    throw new ModelError(
      'unsupported',
      `Model '${config.name}': expected ${key} to hold one layer, found ${JSON.stringify(config[key])}`,
    );
  return only[0];
};

const inboundNames = ({ name, inbound_nodes: inbound }: LayerConfig): string[] => {
  if (inbound.length > 1) throw unsupported(name, 'inbound_nodes to hold one use of the layer', inbound);
  return (inbound[0] ?? []).map(([input]) => input);
};

const layerNode = (layer: LayerConfig, inputs: readonly LayerNode[]): LayerNode => {
  const typed = parseConfig(layer);
  const inputShapes = inputs.map((input) => input.outputShape);
  return {
    ...typed,
    name: layer.name,
    inputs: inputs.map(({ name }) => name),
    inputShapes,
    outputShape: outputShapeOf(layer.name, typed, inputShapes),
    steps: 1,
  };
};
