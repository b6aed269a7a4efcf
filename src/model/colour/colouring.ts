import { huber, pictures } from '../training/objective.ts';
import type { Objective } from '../training/objective.ts';
import { chromaBackground, chromaUnit, lumaAndChroma } from './colour-space.ts';
import { netChroma, netChromaGradient, netInput } from './net-chroma.ts';

/** From this error on, one gray level in the model's unit, a colour is a surprise that pulls no harder. */
const delta = 1 / 255 / chromaUnit;

/**
 * Colouring: of `frames`, uint8 [N, H, W, 3], the model sees the brightness and the `background`'s chroma (2 x H/2 x W/2
 * gray levels) and is to give the chroma. Huber's loss in units of 32 gray levels: by the squared error the one red car
 * of the footage would make every car half red.
 */
export const colouring =
  (background: Float32Array): Objective =>
  (graph, { batch, layers: { input } }) => {
    const [rows = 0, cols = 0] = input.outputShape;
    const shape = [batch, 2 * rows, 2 * cols, 3] as const;
    const rgb = pictures(graph, graph.input('frames', shape, 'uint8'), shape);
    const { luma, chroma } = lumaAndChroma(graph, rgb);
    const behind = chromaBackground(graph, background, [rows, cols]);
    return {
      x: netInput(graph, luma, behind),
      loss: (y) => {
        const { output, gradient } = huber(delta)(graph, netChroma(graph, y, behind), chroma, [batch, 2, rows, cols]);
        return { output, gradient: () => netChromaGradient(graph, gradient(), behind) };
      },
    };
  };
