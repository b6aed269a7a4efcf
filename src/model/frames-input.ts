import type { PictureShape } from './layers-model.ts';
import { channelsFirst } from './onnx-layers.ts';
import type { OnnxGraph } from './onnx/graph.ts';
import { toFloat32 } from './onnx/to-float32.ts';

/** Declares the live input `frames`, uint8 [N, height, width, channels]; gives it as float32 [N, C, H, W], 0..1. */
export const framesInput = (graph: OnnxGraph, shape: PictureShape): string => {
  const frames = graph.input('frames', ['N', ...shape], 'uint8');
  return graph.op('Mul', [toFloat32(graph, channelsFirst(graph, frames, shape)), graph.scalar(1 / 255)]);
};
