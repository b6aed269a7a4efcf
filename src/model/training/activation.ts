import type { ActivationName } from '../layer-config.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { LayerNode } from '../shapes.ts';
import { onlyInput } from './layer.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import type { Differentiable, LayerScope } from './layer.ts';

interface Activated {
  readonly output: string;
  backward(gradient: string): string;
}

const positive = (graph: OnnxGraph, x: string): string => graph.op('Greater', [x, graph.scalar(0)]);

/** All of them rise monotonically, so they commute with max pooling. */
export const activate = (graph: OnnxGraph, name: ActivationName, x: string): Activated => {
  switch (name) {
    case 'linear':
      return { output: x, backward: (gradient) => gradient };
    case 'relu': {
      const output = graph.op('Relu', [x]);
      const slope = (): string => toFloat32(graph, positive(graph, output));
      return { output, backward: (gradient) => graph.op('Mul', [gradient, slope()]) };
    }
    case 'sigmoid': {
      const output = graph.op('Sigmoid', [x]);
      const slope = (): string => graph.op('Mul', [output, graph.op('Sub', [graph.scalar(1), output])]);
      return { output, backward: (gradient) => graph.op('Mul', [gradient, slope()]) };
    }
    case 'hard_sigmoid': {
      const output = graph.op('HardSigmoid', [x]);
      const isRising = (): string =>
        graph.op('And', [positive(graph, output), graph.op('Less', [output, graph.scalar(1)])]);
      const slope = (): string => graph.op('Mul', [toFloat32(graph, isRising()), graph.scalar(0.2)]);
      return { output, backward: (gradient) => graph.op('Mul', [gradient, slope()]) };
    }
    case 'tanh': {
      const output = graph.op('Tanh', [x]);
      const slope = (): string => graph.op('Sub', [graph.scalar(1), graph.op('Mul', [output, output])]);
      return { output, backward: (gradient) => graph.op('Mul', [gradient, slope()]) };
    }
  }
};

export const activation = ({ config }: LayerNode<'Activation'>, scope: LayerScope): Differentiable => {
  const activated = activate(scope.graph, config.activation, onlyInput(scope));
  return { output: activated.output, backward: (gradient) => ({ inputs: [() => activated.backward(gradient)] }) };
};

export const leakyRelu = ({ config }: LayerNode<'LeakyReLU'>, scope: LayerScope): Differentiable => {
  const { graph } = scope;
  const x = onlyInput(scope);
  const backward = (gradient: string): string =>
    graph.op('Where', [positive(graph, x), gradient, graph.op('Mul', [gradient, graph.scalar(config.alpha)])]);
  return {
    output: graph.op('LeakyRelu', [x], { alpha: { float: config.alpha } }),
    backward: (gradient) => ({ inputs: [() => backward(gradient)] }),
  };
};
