import { sizeOf } from '../../core/tensor.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import type { LayerNode } from '../shapes.ts';
import { inputPicture, onlyInput } from './layer.ts';
import type { Differentiable, LayerScope } from './layer.ts';

const resize = (graph: OnnxGraph, x: string, size: readonly [number, number], mode: object): string =>
  graph.op('Resize', [x, '', graph.initializer(Float32Array.of(1, 1, ...size), [4])], { ...mode });

/** Each cell of `x` [N, C, H, W] repeated `size` times along the height and the width. */
export const nearest = (graph: OnnxGraph, x: string, size: readonly [number, number]): string =>
  resize(graph, x, size, {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });

export const upsampling = (node: LayerNode<'UpSampling2D'>, scope: LayerScope): Differentiable => {
  const { graph } = scope;
  const { size, interpolation } = node.config;
  const x = onlyInput(scope);
  if (interpolation === 'nearest') {
    const sums = (gradient: string): string => {
      const means = graph.op('AveragePool', [gradient], { kernel_shape: size, strides: size });
      return graph.op('Mul', [means, graph.scalar(sizeOf(size))]);
    };
    return { output: nearest(graph, x, size), backward: (gradient) => ({ inputs: [() => sums(gradient)] }) };
  }
  const [height, width] = inputPicture(node);
  const backward = (gradient: string): string => {
    const rows = graph.initializer(bilinearMatrix(height, size[0]), [height * size[0], height]);
    const columns = graph.initializer(bilinearMatrix(width, size[1]), [width * size[1], width]);
    const narrow = graph.op('MatMul', [gradient, columns]);
    return graph.op('MatMul', [graph.op('Transpose', [rows], { perm: [1, 0] }), narrow]);
  };
  return {
    output: resize(graph, x, size, { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }),
    backward: (gradient) => ({ inputs: [() => backward(gradient)] }),
  };
};

/** The [length * size, length] matrix that interpolates along one axis, as TensorFlow.js places it. */
const bilinearMatrix = (length: number, size: number): Float32Array => {
  const matrix = new Float32Array(length * size * length);
  for (let row = 0; row < length * size; row++) {
    const at = Math.min(row / size, length - 1);
    const left = Math.floor(at);
    matrix[row * length + left] = 1 - (at - left);
    if (at > left) matrix[row * length + left + 1] = at - left;
  }
  return matrix;
};
