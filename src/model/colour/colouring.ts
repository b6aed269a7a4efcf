import { meanSquaredError, pictures } from '../training/objective.ts';
import type { Objective } from '../training/objective.ts';
import { chromaBackground, lumaAndChroma, standardised } from './colour-space.ts';

/**
 * Colouring: of `frames`, uint8 [N, H, W, 3], the model sees the brightness and is to give the chroma less the
 * `background`'s (2 x H/2 x W/2 gray levels); mean squared error in units of 32 gray levels.
 */
export const colouring =
  (background: Float32Array): Objective =>
  (graph, { batch, layers: { input } }) => {
    const [height = 0, width = 0] = input.outputShape;
    const shape = [batch, height, width, 3] as const;
    const rgb = pictures(graph, graph.input('frames', shape, 'uint8'), shape);
    const { luma, chroma } = lumaAndChroma(graph, rgb);
    const target = graph.op('Sub', [chroma, chromaBackground(graph, background, [height, width])]);
    return {
      x: standardised(graph, luma),
      loss: (y) => meanSquaredError(graph, y, target, [batch, 2, height / 2, width / 2]),
    };
  };
