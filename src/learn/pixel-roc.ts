import type { AnomalyMap } from '../core/prediction.ts';

/** Bins of the score, in logarithms from 1/1000 to 1000 of the threshold, or of even odds. */
const bins = 4096;
const binOf = (value: number): number =>
  Math.min(bins - 1, Math.max(0, Math.round(((Math.log10(Math.max(value, 1e-3)) + 3) / 6) * (bins - 1))));

/** The ROC curve of heat maps against masks, pixel by pixel, from histograms: any number of frames in little memory. */
export class PixelRoc {
  readonly #normal = new Float64Array(bins);
  readonly #anomalous = new Float64Array(bins);

  /** `mask` is height x width bytes, anomalous from 128 on; each pixel has the value of the map's cell it lies in. */
  add(
    { rows, cols, values }: AnomalyMap,
    mask: Uint8Array,
    { width, height }: { width: number; height: number },
  ): void {
    const cells = Array.from(values, binOf);
    for (let y = 0; y < height; y++) {
      const row = Math.floor((y * rows) / height) * cols;
      for (let x = 0; x < width; x++) {
        const bin = cells[row + Math.floor((x * cols) / width)]!;
        const histogram = mask[y * width + x]! >= 128 ? this.#anomalous : this.#normal;
        histogram[bin]!++;
      }
    }
  }

  /** Area under the curve, ties counting half; NaN unless there were pixels of both kinds. */
  auc(): number {
    let below = 0;
    let won = 0;
    for (let bin = 0; bin < bins; bin++) {
      won += this.#anomalous[bin]! * (below + this.#normal[bin]! / 2);
      below += this.#normal[bin]!;
    }
    return won / (below * this.#anomalous.reduce((sum, count) => sum + count, 0));
  }
}
