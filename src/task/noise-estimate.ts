import type { NoiseModel } from '../core/frame-denoiser.ts';
import { lumaAt } from '../core/luma.ts';
import { channelsOf } from '../core/frame.ts';
import type { Frame } from '../core/frame.ts';

/** Squares of noise that a mean is of, and the share of its distribution that is looked for: what moves lies above. */
interface Quantile {
  readonly share: number;
  /** The quantile of the means of the squares of normal noise of variance 1. */
  readonly value: number;
}

/** Means of 16 squares: chi-squared with 16 degrees of freedom / 16. */
export const stillQuantile: Quantile = { share: 0.4, value: 0.868 };
/**
 * Means over 12x12 pixels of the second differences below, found by simulation; most blocks have some structure of
 * their own.
 */
const spatial: Quantile = { share: 0.1, value: 0.8 };

/** Levels of brightness that are looked at apart, 0..1; what is black or white is cut off and has no noise. */
const bins = 16;
const [darkest, brightest] = [0.02, 0.98];
/** Fewer means say nothing. */
const fewest = 24;
/** The noise of rounding to bytes, and a little more. */
const leastVariance = (0.5 / 255) ** 2;
/** Share of a new estimate, at least. */
const leastShare = 0.05;

/** The noise of a camera, followed while it works: of each frame the denoiser tells how far it was from the average. */
export class NoiseEstimate {
  #noise: NoiseModel | undefined;
  #count = 0;

  /** Undefined before the first frame. */
  get noise(): NoiseModel | undefined {
    return this.#noise;
  }

  /** A first guess, from one frame. */
  begin(frame: Pick<Frame, 'data' | 'width' | 'height' | 'format'>): NoiseModel {
    this.#noise = spatialNoise(frame);
    return this.#noise;
  }

  /** `levels` and `variances` of the cells of a frame, as `denoiserGraph` gives them. */
  update(levels: Float32Array, variances: Float32Array): void {
    const found = fitNoise(levels, variances, stillQuantile);
    if (!found) return;
    // The first frame was a guess, and is forgotten.
    const share = Math.max(leastShare, 1 / ++this.#count);
    const before = this.#noise ?? found;
    this.#noise = {
      a: before.a + share * (found.a - before.a),
      b2: before.b2 + share * (found.b2 - before.b2),
    };
  }
}

/**
 * The noise model that fits the variances of places of these brightnesses: of the places of each brightness a low
 * quantile counts, because what moves or has structure lies above. Negative variances are unknown. Undefined when there
 * is too little to go by.
 */
export const fitNoise = (
  levels: ArrayLike<number>,
  variances: ArrayLike<number>,
  quantile: Quantile,
): NoiseModel | undefined => {
  const found = Array.from({ length: bins }, (): number[] => []);
  for (let at = 0; at < levels.length; at++) {
    const level = levels[at]!;
    if (variances[at]! >= 0 && level > darkest && level < brightest)
      found[Math.floor(level * bins)]!.push(variances[at]!);
  }
  // Weighted least squares of the relative error, by the normal equations.
  const sums = { weight: 0, level: 0, levels: 0, value: 0, product: 0 };
  for (const [at, values] of found.entries()) {
    if (values.length < fewest) continue;
    const level = (at + 0.5) / bins;
    const value = Math.max(
      leastVariance,
      values.sort((a, b) => a - b)[Math.floor(quantile.share * values.length)]! / quantile.value,
    );
    const weight = values.length / value ** 2;
    sums.weight += weight;
    sums.level += weight * level;
    sums.levels += weight * level * level;
    sums.value += weight * value;
    sums.product += weight * level * value;
  }
  if (sums.weight === 0) return undefined;
  const determinant = sums.weight * sums.levels - sums.level ** 2;
  const a =
    determinant > 1e-9 * sums.weight * sums.levels
      ? (sums.weight * sums.product - sums.level * sums.value) / determinant
      : 0;
  const b2 = (sums.value - a * sums.level) / sums.weight;
  if (a < 0) return { a: 0, b2: sums.value / sums.weight };
  if (b2 < leastVariance)
    return { a: Math.max(0, sums.product - leastVariance * sums.level) / sums.levels, b2: leastVariance };
  return { a, b2 };
};

/** Side of a block in which one picture's noise is measured, in pixels, and of its inner part. */
const blockSide = 14;
const inner = blockSide - 2;

/**
 * The noise of one picture, from the second differences of its smoothest parts: the mask [1 -2 1; -2 4 -2; 1 -2 1]
 * takes away what is flat or slanted and gives noise of six times the deviation (Immerkaer 1996, Fast Noise Variance
 * Estimation, https://doi.org/10.1006/cviu.1996.0060).
 */
export const spatialNoise = ({
  data,
  width,
  height,
  format,
}: Pick<Frame, 'data' | 'width' | 'height' | 'format'>): NoiseModel => {
  const channels = channelsOf(format);
  const levels: number[] = [];
  const variances: number[] = [];
  const block = new Float32Array(blockSide * blockSide);
  for (let top = 0; top + blockSide <= height; top += blockSide) {
    for (let left = 0; left + blockSide <= width; left += blockSide) {
      let sum = 0;
      for (let at = 0; at < block.length; at++) {
        const pixel = (top + Math.floor(at / blockSide)) * width + left + (at % blockSide);
        block[at] = lumaAt(data, pixel, channels) / 255;
        sum += block[at]!;
      }
      levels.push(sum / block.length);
      variances.push(secondDifferences(block) / 36);
    }
  }
  return fitNoise(levels, variances, spatial) ?? { a: 0, b2: leastVariance };
};

/** The mean square of the masked picture over the inner pixels of a block. */
const secondDifferences = (block: Float32Array): number => {
  let sum = 0;
  for (let y = 1; y <= inner; y++) {
    for (let x = 1; x <= inner; x++) {
      const row = (offset: number): number => {
        const at = (y + offset) * blockSide + x;
        return block[at - 1]! - 2 * block[at]! + block[at + 1]!;
      };
      sum += (row(-1) - 2 * row(0) + row(1)) ** 2;
    }
  }
  return sum / inner ** 2;
};
