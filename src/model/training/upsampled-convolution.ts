import type { LayerNode } from '../shapes.ts';
import { activate } from './activation.ts';
import { inputGradient, kernelGradient } from './kernel-gradients.ts';
import { channelSums, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';
import { windowAttributes, windowOver } from './window.ts';
import type { Pair, Window } from './window.ts';

/** An UpSampling2D and the Conv2D that alone reads it, as one layer; `inputShapes` are those before the upsampling. */
export type UpsampledConvolution = Omit<LayerNode<'Conv2D'>, 'className'> & {
  readonly className: 'UpsampledConv2D';
  /** The upsampling's factor, alike for both axes. */
  readonly factor: number;
};

/** Whether the pair gives whole cells: the output is `factor` times a whole number of rows and columns. */
export const isFusible = (
  upsampling: LayerNode<'UpSampling2D'>,
  { config, outputShape }: LayerNode<'Conv2D'>,
): boolean => {
  const [factor, columns] = upsampling.config.size;
  return (
    upsampling.config.interpolation === 'nearest' &&
    factor === columns &&
    config.strides.every((stride) => stride === 1) &&
    outputShape.slice(0, 2).every((length) => length % factor === 0)
  );
};

/** The window over the picture before upsampling whose outputs are the cells of factor x factor pixels. */
const cellWindow = (upsampled: Window, factor: number): Window => {
  const along = (axis: 0 | 1) => {
    const first = Math.floor(-upsampled.before[axis] / factor);
    const last = Math.floor((factor - 1 + upsampled.kernel[axis] - 1 - upsampled.before[axis]) / factor);
    const [input, output] = [upsampled.input[axis] / factor, upsampled.output[axis] / factor];
    return { kernel: last - first + 1, before: -first, after: output - 1 + last - (input - 1), input, output };
  };
  const [rows, columns] = [along(0), along(1)];
  const pair = (key: keyof typeof rows): Pair => [rows[key], columns[key]];
  return {
    kernel: pair('kernel'),
    strides: [1, 1],
    before: pair('before'),
    after: pair('after'),
    input: pair('input'),
    output: pair('output'),
  };
};

/**
 * [taps, factor^2 * cellTaps]: 1 where a tap of the kernel, for a pixel of the cell, reads the same input as a tap of
 * the cells' kernel.
 */
const foldingMatrix = (upsampled: Window, cells: Window, factor: number): Float32Array => {
  const [rows, columns] = upsampled.kernel;
  const width = factor * factor * cells.kernel[0] * cells.kernel[1];
  const matrix = new Float32Array(rows * columns * width);
  const cellTap = (axis: 0 | 1, pixel: number, tap: number): number =>
    Math.floor((pixel + tap - upsampled.before[axis]) / factor) + cells.before[axis];
  for (let tap = 0; tap < rows * columns; tap++)
    for (let pixel = 0; pixel < factor * factor; pixel++) {
      const row = cellTap(0, Math.floor(pixel / factor), Math.floor(tap / columns));
      const column = cellTap(1, pixel % factor, tap % columns);
      matrix[tap * width + (pixel * cells.kernel[0] + row) * cells.kernel[1] + column] = 1;
    }
  return matrix;
};

/**
 * The convolution of a picture upsampled (nearest) by `factor`, without the upsampled picture: every pixel of a cell of
 * factor x factor has its own kernel over the small picture, made by adding up the taps that read the same input. One
 * convolution with factor^2 times the filters gives all pixels, DepthToSpace puts them in place (Shi et al. 2016,
 * https://arxiv.org/abs/1609.07009).
 */
export const upsampledConvolution = (node: UpsampledConvolution, scope: LayerScope): Differentiable => {
  const { graph, batch } = scope;
  const { config, factor, inputShapes } = node;
  const x = onlyInput(scope);
  const [height = 0, width = 0, channels = 0] = inputShapes[0]!;
  const upsampled = windowOver([height * factor, width * factor], config.kernel_size, config.strides, config.padding);
  const cells = cellWindow(upsampled, factor);
  const pixels = factor * factor;
  const { filters } = config;
  const [taps, cellTaps] = [upsampled.kernel[0] * upsampled.kernel[1], cells.kernel[0] * cells.kernel[1]];
  const reshape = (value: string, shape: readonly number[]): string => graph.op('Reshape', [value, graph.ints(shape)]);
  const folding = graph.initializer(foldingMatrix(upsampled, cells, factor), [taps, pixels * cellTaps]);

  /** OIHW to [pixels * O, I, ...cells.kernel]. */
  const folded = (kernel: string): string => {
    const product = graph.op('MatMul', [reshape(kernel, [filters, channels, taps]), folding]);
    const apart = reshape(product, [filters, channels, pixels, cellTaps]);
    const ordered = graph.op('Transpose', [apart], { perm: [2, 0, 1, 3] });
    return reshape(ordered, [pixels * filters, channels, ...cells.kernel]);
  };
  /** The gradient of `folded`: its transpose. */
  const unfolded = (gradient: string): string => {
    const apart = reshape(gradient, [pixels, filters, channels, cellTaps]);
    const ordered = graph.op('Transpose', [apart], { perm: [1, 2, 0, 3] });
    const flat = reshape(ordered, [filters, channels, pixels * cellTaps]);
    const product = graph.op('MatMul', [flat, graph.op('Transpose', [folding], { perm: [1, 0] })]);
    return reshape(product, [filters, channels, ...upsampled.kernel]);
  };

  const kernel = folded(scope.weight('kernel'));
  const bias = (): string =>
    graph.op(
      'Concat',
      Array.from({ length: pixels }, () => scope.weight('bias')),
      { axis: 0 },
    );
  const operands = config.use_bias ? [x, kernel, bias()] : [x, kernel];
  const activated = activate(graph, config.activation, graph.op('Conv', operands, windowAttributes(cells)));
  return {
    output: graph.op('DepthToSpace', [activated.output], { blocksize: factor }),
    backward: (gradient) => {
      const dz = activated.backward(graph.op('SpaceToDepth', [gradient], { blocksize: factor }));
      const biasGradient = (): string => {
        const sums = reshape(channelSums(graph, dz, node.outputShape), [pixels, filters]);
        return graph.op('ReduceSum', [sums, graph.ints([0])], { keepdims: 0 });
      };
      return {
        inputs: [() => inputGradient(graph, dz, kernel, cells)],
        weights: {
          kernel: unfolded(kernelGradient(graph, x, dz, cells, [batch, pixels * filters, channels])),
          ...(config.use_bias && { bias: biasGradient() }),
        },
      };
    },
  };
};
