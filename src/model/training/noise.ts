import type { LayerNode } from '../shapes.ts';
import { onlyInput } from './layer.ts';
import { toFloat32 } from '../onnx/to-float32.ts';
import type { Differentiable, LayerScope } from './layer.ts';

// ONNX Runtime's random operators keep one generator a node: it starts from `seed` when the session is made and goes on
// from run to run, so a training is repeatable and no two of its steps see the same noise.

/** `x` plus normal noise of the standard deviation `stddev`. */
export const noisy = ({ graph, seed }: Pick<LayerScope, 'graph' | 'seed'>, x: string, stddev: number): string =>
  graph.op('Add', [x, graph.op('RandomNormalLike', [x], { scale: { float: stddev }, seed: { float: seed() } })]);

export const gaussianNoise = ({ config }: LayerNode<'GaussianNoise'>, scope: LayerScope): Differentiable => {
  const x = onlyInput(scope);
  return {
    output: scope.training && config.stddev > 0 ? noisy(scope, x, config.stddev) : x,
    backward: (gradient) => ({ inputs: [() => gradient] }),
  };
};

/** Sets a share `rate` of the values to 0 and scales the others by 1 / (1 - rate). */
export const dropout = ({ config }: LayerNode<'Dropout'>, scope: LayerScope): Differentiable => {
  const { graph, training } = scope;
  const x = onlyInput(scope);
  if (!training || config.rate === 0) return { output: x, backward: (gradient) => ({ inputs: [() => gradient] }) };
  const uniform = graph.op('RandomUniformLike', [x], { seed: { float: scope.seed() } });
  const isKept = toFloat32(graph, graph.op('GreaterOrEqual', [uniform, graph.scalar(config.rate)]));
  const mask = graph.op('Mul', [isKept, graph.scalar(1 / (1 - config.rate))]);
  return {
    output: graph.op('Mul', [x, mask]),
    backward: (gradient) => ({ inputs: [() => graph.op('Mul', [gradient, mask])] }),
  };
};
