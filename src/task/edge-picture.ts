import { channelsOf } from '../core/frame.ts';
import type { FrameShape } from '../core/frame.ts';
import { lumaAt } from '../core/luma.ts';

/** How strong the edges are at each place of a small picture, row by row, in gray levels. */
export interface EdgePicture {
  readonly width: number;
  readonly height: number;
  readonly edges: Float32Array;
}

/** Columns of the small picture, at most; each is at least two pixels wide, against noise. */
const mostColumns = 128;
/** A place's brightness is the mean of so many pixels in each direction, at most. */
const mostSamples = 3;
/** Noise, rain and who passes by fade within so long. */
const smoothingSeconds = 0.8;

/** Makes the edge pictures of one camera, from brightness that is smoothed over time. */
export class EdgePictures {
  #width = 0;
  #height = 0;
  #luma = new Float32Array();
  #lastAt = -Infinity;

  /** Of a frame with height x width x channels bytes `data`, captured at `at` (ms), in time order. */
  next(data: Uint8Array, shape: FrameShape, at: number): EdgePicture {
    const width = Math.max(3, Math.min(mostColumns, Math.floor(shape.width / 2)));
    const height = Math.max(3, Math.round((width * shape.height) / shape.width));
    const isSameSize = width === this.#width && height === this.#height;
    if (!isSameSize) [this.#width, this.#height, this.#luma] = [width, height, new Float32Array(width * height)];
    const seconds = Math.max(0, at - this.#lastAt) / 1000;
    this.#follow(data, shape, isSameSize ? 1 - Math.exp(-seconds / smoothingSeconds) : 1);
    this.#lastAt = at;
    return { width, height, edges: edgesOf(this.#luma, width, height) };
  }

  #follow(data: Uint8Array, shape: FrameShape, share: number): void {
    const channels = channelsOf(shape.format);
    const [acrossX, acrossY] = [shape.width / this.#width, shape.height / this.#height];
    const countX = Math.min(mostSamples, Math.max(1, Math.floor(acrossX)));
    const countY = Math.min(mostSamples, Math.max(1, Math.floor(acrossY)));
    for (let y = 0; y < this.#height; y++)
      for (let x = 0; x < this.#width; x++) {
        let sum = 0;
        for (let down = 0; down < countY; down++)
          for (let right = 0; right < countX; right++) {
            const row = Math.floor((y + (down + 0.5) / countY) * acrossY);
            const column = Math.floor((x + (right + 0.5) / countX) * acrossX);
            sum += lumaAt(data, row * shape.width + column, channels);
          }
        const place = y * this.#width + x;
        this.#luma[place]! += share * (sum / (countX * countY) - this.#luma[place]!);
      }
  }
}

/** The gradient's length at each place; 0 at the rim. */
const edgesOf = (luma: Float32Array, width: number, height: number): Float32Array => {
  const edges = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      edges[at] = Math.hypot(luma[at + 1]! - luma[at - 1]!, luma[at + width]! - luma[at - width]!) / 2;
    }
  return edges;
};
