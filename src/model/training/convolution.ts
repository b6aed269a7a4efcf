import type { LayerNode } from '../shapes.ts';
import { activate } from './activation.ts';
import { inputGradient, kernelGradient } from './kernel-gradients.ts';
import { channelSums, inputPicture, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';
import { windowAttributes, windowOver } from './window.ts';

/** y = activation(convolve(x, kernel) + bias). */
export const convolution = (node: LayerNode<'Conv2D'>, scope: LayerScope): Differentiable => {
  const { graph, batch } = scope;
  const { config } = node;
  const x = onlyInput(scope);
  const [height, width, channels] = inputPicture(node);
  const window = windowOver([height, width], config.kernel_size, config.strides, config.padding);
  const kernel = scope.weight('kernel');
  const operands = config.use_bias ? [x, kernel, scope.weight('bias')] : [x, kernel];
  const activated = activate(graph, config.activation, graph.op('Conv', operands, windowAttributes(window)));
  return {
    output: activated.output,
    backward: (gradient) => {
      const dz = activated.backward(gradient);
      return {
        inputs: [() => inputGradient(graph, dz, kernel, window)],
        weights: {
          kernel: kernelGradient(graph, x, dz, window, [batch, config.filters, channels]),
          ...(config.use_bias && { bias: channelSums(graph, dz, node.outputShape) }),
        },
      };
    },
  };
};

/** The layer whose forward is a convolution's input gradient: each of its gradients is the other's forward. */
export const transposedConvolution = (node: LayerNode<'Conv2DTranspose'>, scope: LayerScope): Differentiable => {
  const { graph, batch } = scope;
  const { config } = node;
  const x = onlyInput(scope);
  const channels = inputPicture(node)[2];
  const [height = 0, width = 0] = node.outputShape;
  const window = windowOver([height, width], config.kernel_size, config.strides, config.padding);
  const kernel = scope.weight('kernel');
  const product = inputGradient(graph, x, kernel, window);
  const bias = (): string => graph.op('Unsqueeze', [scope.weight('bias'), graph.ints([1, 2])]);
  const z = config.use_bias ? graph.op('Add', [product, bias()]) : product;
  const activated = activate(graph, config.activation, z);
  return {
    output: activated.output,
    backward: (gradient) => {
      const dz = activated.backward(gradient);
      return {
        inputs: [() => graph.op('Conv', [dz, kernel], windowAttributes(window))],
        weights: {
          kernel: kernelGradient(graph, dz, x, window, [batch, channels, config.filters]),
          ...(config.use_bias && { bias: channelSums(graph, dz, node.outputShape) }),
        },
      };
    },
  };
};
