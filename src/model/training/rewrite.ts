import type { LayerNode, StepGraph, StepNode } from '../shapes.ts';
import { isFusible } from './upsampled-convolution.ts';
import type { UpsampledConvolution } from './upsampled-convolution.ts';

/** A layer of the training graph: one of the model's, or two of them fused. */
export type TrainingNode = StepNode | UpsampledConvolution;

/**
 * The model's layers in a form that computes the same with less memory traffic:
 * - an activation before a max pooling moves behind it (all activations rise monotonically, so the two commute);
 * - a nearest-neighbour upsampling and the convolution that alone reads it become one layer.
 */
export const rewrite = ({ nodes, output }: StepGraph): TrainingNode[] => {
  const readers = (name: string): StepNode[] => nodes.filter(({ inputs }) => inputs.includes(name));
  const onlyReader = ({ name }: StepNode): StepNode | undefined =>
    name === output.name || readers(name).length !== 1 ? undefined : readers(name)[0];
  const byName = new Map(nodes.map((node) => [node.name, node]));

  const rewritten = (node: StepNode): TrainingNode[] => {
    const [input] = node.inputs.map((name) => byName.get(name)!);
    const reader = onlyReader(node);
    if (node.className === 'UpSampling2D' && reader?.className === 'Conv2D' && isFusible(node, reader)) return [];
    if (node.className === 'Conv2D' && reader?.className === 'MaxPooling2D')
      return rewrittenConvolution({ ...node, config: { ...node.config, activation: 'linear' } }, input);
    if (node.className === 'MaxPooling2D' && input?.className === 'Conv2D' && onlyReader(input) === node) {
      const { activation } = input.config;
      const pooled = { ...node, name: `${node.name}/pooled` };
      const { name, outputShape, steps } = node;
      const behind = { className: 'Activation', config: { activation }, inputShapes: [outputShape] } as const;
      return [pooled, { ...behind, name, inputs: [pooled.name], outputShape, steps }];
    }
    return node.className === 'Conv2D' ? rewrittenConvolution(node, input) : [node];
  };
  const rewrittenConvolution = (node: LayerNode<'Conv2D'>, input: StepNode | undefined): TrainingNode[] => {
    if (input?.className !== 'UpSampling2D' || onlyReader(input)?.name !== node.name || !isFusible(input, node))
      return [node];
    const { inputs, inputShapes } = input;
    return [{ ...node, className: 'UpsampledConv2D', factor: input.config.size[0], inputs, inputShapes }];
  };
  return nodes.flatMap(rewritten);
};
