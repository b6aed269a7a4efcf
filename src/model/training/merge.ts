import { axisOfValue } from '../onnx-layers.ts';
import { axisWithoutBatch } from '../output-shape.ts';
import type { LayerNode } from '../shapes.ts';
import type { Differentiable, LayerScope } from './layer.ts';

export const add = (_node: LayerNode<'Add'>, { graph, inputs }: LayerScope): Differentiable => ({
  output: graph.op('Sum', inputs),
  backward: (gradient) => ({ inputs: inputs.map(() => () => gradient) }),
});

export const concatenate = (node: LayerNode<'Concatenate'>, { graph, inputs }: LayerScope): Differentiable => {
  const kerasAxis = axisWithoutBatch(node.config.axis, node.outputShape.length);
  const axis = axisOfValue(kerasAxis, node.outputShape);
  const lengths = node.inputShapes.map((shape) => shape[kerasAxis]!);
  return {
    output: graph.op('Concat', inputs, { axis }),
    backward: (gradient) => ({
      inputs: lengths.map((length, at) => () => {
        const start = lengths.slice(0, at).reduce((sum, before) => sum + before, 0);
        const operands = [[start], [start + length], [axis]].map((values) => graph.ints(values));
        return graph.op('Slice', [gradient, ...operands]);
      }),
    }),
  };
};
