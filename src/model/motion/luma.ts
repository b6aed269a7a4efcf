import type { OnnxGraph } from '../onnx/graph.ts';

/** BT.601, the weights that ffmpeg uses. */
const weights = [0.299, 0.587, 0.114];

/** The brightness of bytes [N, H, W, C], gray or RGB: float32 [N, 1, H, W], 0..255. */
export const luma = (
  graph: OnnxGraph,
  frames: string,
  { height, width, channels }: { readonly height: number; readonly width: number; readonly channels: number },
): string => {
  const values = graph.op('Cast', [frames], { to: 1 });
  const plane = graph.ints([-1, 1, height, width]);
  if (channels === 1) return graph.op('Reshape', [values, plane]);
  const matrix = graph.initializer(Float32Array.from(weights), [3, 1]);
  return graph.op('Reshape', [graph.op('MatMul', [values, matrix]), plane]);
};
