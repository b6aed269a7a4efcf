import type { Topology } from '../layers-model.ts';
import type { Shape } from '../output-shape.ts';
import { layerGraph } from '../shapes.ts';
import { conv2d, sequential } from './sequential.ts';
import type { LayerSpec } from './sequential.ts';

/** A denoiser's net. */
export interface DenoiserSize {
  /** Side of the squares of pixels that are one place of the net. */
  readonly block: number;
  /** Of each layer between the first and the last. */
  readonly channels: number;
  /** 3x3 convolutions in all. */
  readonly layers: number;
}

/** `fast` is for a CPU in real time, `light` for one with large pictures, `best` for a GPU or a patient CPU. */
export const denoiserSizes = {
  light: { block: 4, channels: 32, layers: 6 },
  fast: { block: 2, channels: 32, layers: 6 },
  best: { block: 2, channels: 48, layers: 9 },
} as const satisfies Record<string, DenoiserSize>;
export type DenoiserName = keyof typeof denoiserSizes;

/**
 * What the net sees of each place: picture, distance from the average, gain and distance from the last output of each
 * of its pixels, its noise, and four evidence maps.
 */
export const denoiserInputs = (block: number): number => 4 * block ** 2 + 5;
/** The block of a net with inputs of this shape, [rows, cols, channels]. */
export const denoiserBlock = (input: Shape): number => Math.round(Math.sqrt((input.at(-1)! - denoiserInputs(0)) / 4));
/** The size of a net that is there. */
export const denoiserSizeOf = (topology: Topology): DenoiserSize => {
  const { input, nodes } = layerGraph(topology);
  return {
    block: denoiserBlock(input.outputShape),
    channels: nodes[1]!.outputShape.at(-1)!,
    layers: nodes.length - 1,
  };
};
/** What it says of each pixel: reset of the average, residual, smoothing. */
export const denoiserHeads = 3;

/**
 * The trunk of the recurrent denoiser (src/model/denoiser/denoiser-step.ts): from [rows, cols, inputs] to three values
 * for each pixel of a place. It is fully convolutional: rows and cols say nothing about the pictures it can be used
 * for.
 */
export const denoiser = (size: DenoiserSize, rows: number, cols: number): Topology => {
  const { block, channels, layers } = size;
  const hidden = Array.from({ length: layers - 1 }, (): LayerSpec => conv2d(channels));
  const heads = conv2d(denoiserHeads * block ** 2, { activation: 'linear' });
  return sequential('denoiser', [rows, cols, denoiserInputs(block)], [...hidden, heads]);
};
