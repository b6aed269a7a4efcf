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
/** More places are thinned: they say no more. */
const mostPlaces = 4096;
/** Fewer means say nothing. */
const fewest = 24;
/** Noise of which so many deviations fit between a brightness and black or white is hardly cut off. */
const uncutDeviations = 1.5;
/** Share of the places that must remain when those with noise that is cut off are left out. */
const leastUncut = 0.1;
/** The noise of rounding to bytes, and a little more. */
const leastVariance = (0.5 / 255) ** 2;
/** Share of a new estimate, at least. */
const leastShare = 0.05;

/** Frames between two looks at a single frame's noise, and between two kept ones. */
const spatialEvery = 7;
const keepEvery = 20;
/** At least so many frames lie between two looks, however much changes. */
const againEvery = 3;
/** Of the variance, from one frame to the next. */
const mostGrowth = 4;
/** Kept frames: together more than a group of pictures. */
const mostKept = 5;
/** What one frame's noise was is forgotten by this factor with each look. */
const spatialDecay = 0.97;
/** Two frames that differ by more than this times what single frames showed differ by movement. */
const mostBeyondSpatial = 1.2;

type Picture = Pick<Frame, 'data' | 'width' | 'height' | 'format'>;

/**
 * The noise of a camera, followed while it works. Three looks at it: how far each frame is from the denoiser's average, which
 * is exact for noise that is new in every frame; how far frames are apart that lie more than a group of pictures apart, because an
 * encoder repeats the noise of a key frame until the next one; and the smoothest parts of single frames, which is all there is at first, and
 * bounds the second where the camera itself moves.
 */
export class NoiseEstimate {
  #fromAverage: NoiseModel | undefined;
  #fromPairs: NoiseModel | undefined;
  #spatial: NoiseModel | undefined;
  #updates = 0;
  #frames = 0;
  #lookedAt = -Infinity;
  /** Most of the picture changed: the average says nothing of its noise. */
  #hasChanged = false;
  readonly #kept: Cells[] = [];

  /** Undefined before the first frame. */
  get noise(): NoiseModel | undefined {
    const [pairs, spatial] = [this.#fromPairs, this.#spatial];
    const beside = pairs && spatial ? weaker(pairs, scaled(spatial, mostBeyondSpatial ** 2)) : spatial;
    return this.#fromAverage && beside ? stronger(this.#fromAverage, beside) : (this.#fromAverage ?? beside);
  }

  /** To be told of each frame, before the denoiser sees it. */
  see(frame: Picture): void {
    const sinceLook = this.#frames - this.#lookedAt;
    if (sinceLook >= spatialEvery || (this.#hasChanged && sinceLook >= againEvery)) {
      this.#lookedAt = this.#frames;
      const found = spatialNoise(frame);
      if (this.#hasChanged) this.#fromAverage = found;
      this.#hasChanged = false;
      this.#spatial = this.#spatial ? stronger(found, scaled(this.#spatial, spatialDecay)) : found;
    }
    if (this.#frames % keepEvery === 0) {
      const cells = cellsOf(frame);
      const [oldest] = this.#kept;
      if (oldest) this.#fromPairs = follow(this.#fromPairs, noiseBetween(oldest, cells), 0.5);
      this.#kept.push(cells);
      if (this.#kept.length > mostKept) this.#kept.shift();
    }
    this.#frames++;
  }

  /** `levels` and `variances` of the cells of a frame, as `denoiserGraph` gives them. */
  update(levels: Float32Array, variances: Float32Array): void {
    const unknown = variances.reduce((count, value) => count + (value < 0 ? 1 : 0), 0);
    if (unknown > variances.length / 2) {
      // Of the first frame nothing is known, and it was looked at.
      this.#hasChanged = this.#frames > 1;
      return;
    }
    const fitted = fitNoise(levels, variances, stillQuantile);
    // What grows at once is a change that nobody saw, rather than noise.
    const found = fitted && this.#fromAverage ? weaker(fitted, scaled(this.#fromAverage, mostGrowth)) : fitted;
    if (found) this.#fromAverage = follow(this.#fromAverage, found, Math.max(leastShare, 1 / ++this.#updates));
  }
}

const follow = (
  before: NoiseModel | undefined,
  found: NoiseModel | undefined,
  share: number,
): NoiseModel | undefined => {
  if (!before || !found) return found ?? before;
  return { a: before.a + share * (found.a - before.a), b2: before.b2 + share * (found.b2 - before.b2) };
};

const scaled = ({ a, b2 }: NoiseModel, factor: number): NoiseModel => ({ a: a * factor, b2: b2 * factor });
/** The one with more noise in a picture of middling brightness. */
const stronger = (one: NoiseModel, other: NoiseModel): NoiseModel =>
  one.a / 2 + one.b2 >= other.a / 2 + other.b2 ? one : other;

const weaker = (one: NoiseModel, other: NoiseModel): NoiseModel => (stronger(one, other) === one ? other : one);

/** Squares of 4x4 pixels, every fourth each way, of a picture's brightness 0..1, one after the other. */
type Cells = Float32Array;
const cellSide = 4;
const cellStep = 16;

const cellsOf = ({ data, width, height, format }: Picture): Cells => {
  const channels = channelsOf(format);
  const cells: number[] = [];
  for (let top = 0; top + cellSide <= height; top += cellStep)
    for (let left = 0; left + cellSide <= width; left += cellStep)
      for (let at = 0; at < cellSide * cellSide; at++)
        cells.push(lumaAt(data, (top + Math.floor(at / cellSide)) * width + left + (at % cellSide), channels) / 255);
  return Float32Array.from(cells);
};

/** The noise of two pictures of a scene that stays the same but for its light: half the variance of their difference. */
const noiseBetween = (one: Cells, other: Cells): NoiseModel | undefined => {
  const length = cellSide * cellSide;
  const drift = one.reduce((sum, value, at) => sum + other[at]! - value, 0) / one.length;
  const levels = new Float32Array(one.length / length);
  const variances = new Float32Array(levels.length);
  for (let at = 0; at < one.length; at++) {
    const cell = Math.floor(at / length);
    levels[cell]! += other[at]! / length;
    variances[cell]! += (other[at]! - one[at]! - drift) ** 2 / (2 * length);
  }
  return fitNoise(levels, variances, stillQuantile);
};

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
  const stride = Math.ceil(levels.length / mostPlaces);
  for (let at = 0; at < levels.length; at += stride) {
    const level = levels[at]!;
    if (variances[at]! >= 0 && level > darkest && level < brightest)
      found[Math.floor(level * bins)]!.push(variances[at]!);
  }
  const known = found.flatMap((values, at) => {
    if (values.length < fewest) return [];
    const middle = values.sort((a, b) => a - b)[Math.floor(quantile.share * values.length)]!;
    return [
      { level: (at + 0.5) / bins, value: Math.max(leastVariance, middle / quantile.value), count: values.length },
    ];
  });
  const first = fitLine(known);
  if (!first) return undefined;
  const uncut = known.filter(
    ({ level }) => Math.min(level, 1 - level) > uncutDeviations * Math.sqrt(first.a * level + first.b2),
  );
  return placesIn(uncut) < leastUncut * placesIn(known) ? first : fitLine(uncut);
};

/** What was found of the places of a brightness. */
interface Level {
  readonly level: number;
  /** Their variance. */
  readonly value: number;
  readonly count: number;
}

const placesIn = (levels: readonly Level[]): number => levels.reduce((sum, { count }) => sum + count, 0);

/** The line through the variances by weighted least squares of the relative error, by the normal equations. */
const fitLine = (levels: readonly Level[]): NoiseModel | undefined => {
  const sums = { weight: 0, level: 0, levels: 0, value: 0, product: 0 };
  for (const { level, value, count } of levels) {
    const weight = count / value ** 2;
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

/** Blocks of one picture that are looked at, about. */
const mostBlocks = 600;
/** Side of a block in which one picture's noise is measured, in pixels, and of its inner part. */
const blockSide = 14;
const inner = blockSide - 2;

/**
 * The noise of one picture, from the second differences of its smoothest parts: the mask [1 -2 1; -2 4 -2; 1 -2 1]
 * takes away what is flat or slanted and gives noise of six times the deviation (Immerkaer 1996, Fast Noise Variance
 * Estimation, https://doi.org/10.1006/cviu.1996.0060).
 */
export const spatialNoise = ({ data, width, height, format }: Picture): NoiseModel => {
  const channels = channelsOf(format);
  const levels: number[] = [];
  const variances: number[] = [];
  const block = new Float32Array(blockSide * blockSide);
  const step = blockSide * Math.ceil(Math.sqrt((width * height) / blockSide ** 2 / mostBlocks));
  for (let top = 0; top + blockSide <= height; top += step) {
    for (let left = 0; left + blockSide <= width; left += step) {
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
