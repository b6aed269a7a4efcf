import type { OnnxGraph } from '../onnx/graph.ts';
import { perStep } from '../shapes.ts';
import type { LayerGraph } from '../shapes.ts';
import { activation, leakyRelu } from './activation.ts';
import { convLstm } from './conv-lstm.ts';
import { convolution, transposedConvolution } from './convolution.ts';
import { dense, reshape } from './dense.ts';
import type { Differentiable, LayerScope } from './layer.ts';
import { add, concatenate } from './merge.ts';
import { dropout, gaussianNoise } from './noise.ts';
import { batchNormalization } from './normalization.ts';
import type { ParameterSlot } from './parameters.ts';
import { averagePooling, maxPooling } from './pooling.ts';
import { rewrite } from './rewrite.ts';
import type { TrainingNode } from './rewrite.ts';
import { upsampledConvolution } from './upsampled-convolution.ts';
import { upsampling } from './upsampling.ts';

export interface Step {
  readonly node: TrainingNode;
  readonly layer: Differentiable;
}

/** What the layers have in common: all of a LayerScope that is not one layer's own. */
type ModelScope = Omit<LayerScope, 'inputs' | 'weight'>;

/** Writes all layers of the model, in order; `x` is the value of the input layer. Weights are cut out of the vector `p`. */
export const forward = (
  layers: LayerGraph,
  scope: ModelScope,
  x: string,
  { p, layout }: { readonly p: string; readonly layout: readonly ParameterSlot[] },
): Step[] => {
  const { graph } = scope;
  const values = new Map([[layers.input.name, x]]);
  const weights = new Map<string, string>();
  const weight = (name: string): string => {
    const known =
      weights.get(name) ??
      cut(
        graph,
        p,
        layout.find((slot) => slot.name === name)!,
      );
    weights.set(name, known);
    return known;
  };
  const steps: Step[] = [];
  for (const node of rewrite(perStep(layers))) {
    if (node.className === 'InputLayer') continue;
    const inputs = node.inputs.map((name) => values.get(name)!);
    const batch = scope.batch * node.steps;
    const layer = written(node, { ...scope, batch, inputs, weight: (role) => weight(`${node.name}/${role}`) });
    values.set(node.name, layer.output);
    steps.push({ node, layer });
  }
  return steps;
};

/** One weight out of the flat vector, in the graph's order of axes. */
const cut = (graph: OnnxGraph, p: string, { offset, size, shape, axes }: ParameterSlot): string => {
  const part = graph.op('Slice', [p, graph.ints([offset]), graph.ints([offset + size]), graph.ints([0])]);
  return shape.length > 1 ? graph.op('Reshape', [part, graph.ints(axes.map((axis) => shape[axis]!))]) : part;
};

const written = (node: Exclude<TrainingNode, { className: 'InputLayer' }>, scope: LayerScope): Differentiable => {
  switch (node.className) {
    case 'Conv2D':
      return convolution(node, scope);
    case 'UpsampledConv2D':
      return upsampledConvolution(node, scope);
    case 'Conv2DTranspose':
      return transposedConvolution(node, scope);
    case 'ConvLSTM2D':
      return convLstm(node, scope);
    case 'MaxPooling2D':
      return maxPooling(node, scope);
    case 'AveragePooling2D':
      return averagePooling(node, scope);
    case 'UpSampling2D':
      return upsampling(node, scope);
    case 'Dense':
      return dense(node, scope);
    case 'Flatten':
    case 'Reshape':
      return reshape(node, scope);
    case 'BatchNormalization':
      return batchNormalization(node, scope);
    case 'Concatenate':
      return concatenate(node, scope);
    case 'Add':
      return add(node, scope);
    case 'Dropout':
      return dropout(node, scope);
    case 'GaussianNoise':
      return gaussianNoise(node, scope);
    case 'Activation':
      return activation(node, scope);
    case 'LeakyReLU':
      return leakyRelu(node, scope);
  }
};
