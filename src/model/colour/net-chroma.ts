import type { OnnxGraph } from '../onnx/graph.ts';
import { standardised } from './colour-space.ts';

/**
 * What the colouriser's layers see: the standardised brightness of `luma` [N, 1, H, W] as four channels at half size, and
 * the `background`'s chroma there, [1, 2, H/2, W/2] in the model's unit. [N, 6, H/2, W/2].
 */
export const netInput = (graph: OnnxGraph, luma: string, background: string): string => {
  const seen = graph.op('SpaceToDepth', [standardised(graph, luma)], { blocksize: 2 });
  const pictures = graph.op('Slice', [graph.op('Shape', [luma]), graph.ints([0]), graph.ints([1])]);
  const size = graph.op('Concat', [pictures, graph.ints([1, 1, 1])], { axis: 0 });
  return graph.op('Concat', [seen, graph.op('Expand', [background, size])], { axis: 1 });
};

/**
 * The chroma that the layers' output `y` [N, 3, H/2, W/2] means, [N, 2, H/2, W/2] in the model's unit: the background's
 * changed by the share in channel 0 (-1: something else is in front of it), and channels 1 and 2 on top.
 */
export const netChroma = (graph: OnnxGraph, y: string, background: string): string => {
  const channels = (first: number, end: number): string =>
    graph.op('Slice', [y, graph.ints([first]), graph.ints([end]), graph.ints([1])]);
  const behind = graph.op('Mul', [graph.op('Add', [channels(0, 1), graph.scalar(1)]), background]);
  return graph.op('Add', [behind, channels(1, 3)]);
};

/** The gradient of `netChroma` with respect to `y`, from that with respect to its result. */
export const netChromaGradient = (graph: OnnxGraph, gradient: string, background: string): string => {
  const share = graph.op('ReduceSum', [graph.op('Mul', [gradient, background]), graph.ints([1])], { keepdims: 1 });
  return graph.op('Concat', [share, gradient], { axis: 1 });
};
