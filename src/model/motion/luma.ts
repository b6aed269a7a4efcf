import { lumaWeights } from '../../core/luma.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { toFloat32 } from '../onnx/to-float32.ts';

/** The brightness of bytes [N, H, W, C], gray or RGB: float32 [N, 1, H, W], 0..255. */
export const luma = (
  graph: OnnxGraph,
  frames: string,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
): string => {
  const values = toFloat32(graph, frames);
  const plane = graph.ints([-1, 1, height, width]);
  if (channels === 1) return graph.op('Reshape', [values, plane]);
  const matrix = graph.initializer(Float32Array.from(lumaWeights), [3, 1]);
  return graph.op('Reshape', [graph.op('MatMul', [values, matrix]), plane]);
};
