import { sizeOf } from '../../core/tensor.ts';
import { isPictures } from '../onnx-layers.ts';
import type { LayerNode } from '../shapes.ts';
import { channelSums, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel. In training, mean and variance are the batch's,
 * the gradient goes through them, and the moving averages follow with Keras's momentum; otherwise the moving averages
 * are used. Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167
 */
export const batchNormalization = (node: LayerNode<'BatchNormalization'>, scope: LayerScope): Differentiable => {
  const { graph, training } = scope;
  const { config, outputShape: shape } = node;
  const x = onlyInput(scope);
  const count = scope.batch * sizeOf(shape.slice(0, -1));
  /** [C] to a shape that broadcasts against [N, C, H, W] (or [N, ..., C]). */
  const perChannel = (value: string): string =>
    isPictures(shape) ? graph.op('Unsqueeze', [value, graph.ints([1, 2])]) : value;
  const mean = (value: string): string => graph.op('Mul', [channelSums(graph, value, shape), graph.scalar(1 / count)]);
  const times = (a: string, b: string): string => graph.op('Mul', [a, b]);

  const batchMean = training ? mean(x) : scope.weight('moving_mean');
  const centred = graph.op('Sub', [x, perChannel(batchMean)]);
  const batchVariance = training ? mean(times(centred, centred)) : scope.weight('moving_variance');
  const deviation = graph.op('Sqrt', [graph.op('Add', [batchVariance, graph.scalar(config.epsilon)])]);
  const normalized = graph.op('Div', [centred, perChannel(deviation)]);
  const scaled = config.scale ? times(normalized, perChannel(scope.weight('gamma'))) : normalized;
  const output = config.center ? graph.op('Add', [scaled, perChannel(scope.weight('beta'))]) : scaled;

  const movedTo = (role: 'moving_mean' | 'moving_variance', value: string): string =>
    graph.op('Add', [
      times(scope.weight(role), graph.scalar(config.momentum)),
      times(value, graph.scalar(1 - config.momentum)),
    ]);
  return {
    output,
    backward: (gradient) => {
      const beta = channelSums(graph, gradient, shape);
      const gamma = channelSums(graph, times(gradient, normalized), shape);
      const dx = (): string => {
        const share = graph.scalar(1 / count);
        const along = times(normalized, perChannel(times(gamma, share)));
        const rest = graph.op('Sub', [graph.op('Sub', [gradient, perChannel(times(beta, share))]), along]);
        const slope = config.scale
          ? graph.op('Div', [scope.weight('gamma'), deviation])
          : graph.op('Reciprocal', [deviation]);
        return times(rest, perChannel(slope));
      };
      return { inputs: [dx], weights: { ...(config.scale && { gamma }), ...(config.center && { beta }) } };
    },
    ...(training && {
      updates: {
        moving_mean: movedTo('moving_mean', batchMean),
        moving_variance: movedTo('moving_variance', batchVariance),
      },
    }),
  };
};
