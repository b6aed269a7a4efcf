import type { SceneKind } from '../core/status.ts';

/**
 * The new scene is looked at so many seconds after the change, and then, as long as it is covered, so often. What is in
 * two looks is there, what is not is noise.
 */
const looks = { first: 0.8, every: 0.6, count: 3 };
/** Mean gradient energy of a block, gray levels squared, from which on it has structure. */
const structureEnergy = 4;
const blockPixels = 4;
/** Fewer blocks with structure say nothing of what became of it. */
const leastBlocks = 12;
/** A camera is covered when at most this share of the structure is left, on average over blocks, and uncovered from the other on. */
const left = { covered: 0.15, uncovered: 0.4 };
/** Gradient, in gray levels a pixel, that counts half for its direction. */
const clearGradient = 3;
/**
 * Below this agreement of the directions (1: the same picture, 0: unrelated ones) a camera was moved. Measured in the
 * simulator: light, lamps, rain, infrared at least 0.48, block artefacts 0.41; knocked by 1 to 2 % of the width at most 0.14, turned 0.05.
 */
const movedBelow = 0.27;

interface Gradients {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * Tells what became of a camera's picture, by its edges. Light changes how strong they are, and which side of one is the
 * brighter; it leaves them where they are.
 */
export class SceneKinds {
  readonly #width: number;
  readonly #height: number;
  /** The edges of what the camera usually shows, and of the last look at what it shows now. */
  #usual: Gradients | undefined;
  #last: Gradients | undefined;
  #looks = 0;
  #seconds = 0;
  /** The most of the structure that was left in two looks at it. */
  #mostLeft = 0;
  #kind: SceneKind | undefined;

  /** Of the brightness that is handed in: both even. */
  constructor(width: number, height: number) {
    this.#width = width / 2;
    this.#height = height / 2;
  }

  /** What the last change is; undefined while that is not clear yet. A covered camera stays so until it is uncovered. */
  get kind(): SceneKind | undefined {
    return this.#kind;
  }

  /** The scene changes, from `background` (height x width) on; undefined: again, while the last change is not over. */
  begin(background: Float32Array | undefined): void {
    if (this.#kind === 'camera-covered') return;
    if (background) this.#usual = this.#gradients(background);
    this.#kind = undefined;
    this.#last = undefined;
    this.#looks = 0;
    this.#seconds = 0;
    this.#mostLeft = 0;
  }

  /** Takes the next frame: the seconds since the one before, and its brightness, made only when it is needed. */
  next(seconds: number, luma: () => Float32Array): void {
    if (!this.#usual || (this.#kind !== undefined && this.#kind !== 'camera-covered')) return;
    this.#seconds += seconds;
    if (this.#seconds < looks.first + this.#looks * looks.every) return;
    this.#looks++;
    const [before, now] = [this.#last, this.#gradients(luma())];
    this.#last = now;
    if (!before) return;
    const share = this.#shareLeft(this.#usual, before, now);
    this.#mostLeft = Math.max(this.#mostLeft, share);
    if (this.#kind === 'camera-covered') {
      if (share >= left.uncovered) this.#kind = this.#usual = undefined;
    } else if (this.#looks === looks.count) {
      if (this.#mostLeft <= left.covered) this.#kind = 'camera-covered';
      else this.#kind = this.#isMoved(this.#usual, now) ? 'camera-moved' : 'scene-change';
    }
  }

  /** Of pictures of half the size, which have less noise. */
  #gradients(luma: Float32Array): Gradients {
    const [width, height] = [this.#width, this.#height];
    const half = new Float32Array(width * height);
    for (let at = 0; at < half.length; at++) {
      const from = 4 * width * Math.floor(at / width) + 2 * (at % width);
      half[at] = (luma[from]! + luma[from + 1]! + luma[from + 2 * width]! + luma[from + 2 * width + 1]!) / 4;
    }
    const x = new Float32Array(half.length);
    const y = new Float32Array(half.length);
    for (let row = 1; row < height - 1; row++) {
      for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
        x[at] = (half[at + 1]! - half[at - 1]!) / 2;
        y[at] = (half[at + width]! - half[at - width]!) / 2;
      }
    }
    return { x, y };
  }

  /** The share of the usual structure that two pictures of now have in common, a mean over blocks; 1 when there are too few to tell. */
  #shareLeft(usual: Gradients, first: Gradients, second: Gradients): number {
    const columns = Math.ceil(this.#width / blockPixels);
    const blocks = columns * Math.ceil(this.#height / blockPixels);
    const [before, now] = [new Float32Array(blocks), new Float32Array(blocks)];
    for (let at = 0; at < usual.x.length; at++) {
      const block = columns * Math.floor(at / this.#width / blockPixels) + Math.floor((at % this.#width) / blockPixels);
      before[block]! += usual.x[at]! ** 2 + usual.y[at]! ** 2;
      now[block]! += first.x[at]! * second.x[at]! + first.y[at]! * second.y[at]!;
    }
    const shares: number[] = [];
    for (const [block, energy] of before.entries())
      if (energy >= structureEnergy * blockPixels ** 2) shares.push(Math.max(-1, Math.min(1, now[block]! / energy)));
    return shares.length < leastBlocks ? 1 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
  }

  #isMoved(usual: Gradients, now: Gradients): boolean {
    let [both, ofUsual, ofNow] = [0, 0, 0];
    for (let at = 0; at < usual.x.length; at++) {
      const [a, b] = [directionAt(usual, at), directionAt(now, at)];
      both += a[0] * b[0] + a[1] * b[1];
      ofUsual += a[0] ** 2 + a[1] ** 2;
      ofNow += b[0] ** 2 + b[1] ** 2;
    }
    return ofUsual > 0 && both < movedBelow * Math.sqrt(ofUsual * ofNow);
  }
}

/** The direction of an edge at twice its angle: which side is the brighter makes no difference. */
const directionAt = ({ x, y }: Gradients, at: number): readonly [number, number] => {
  const [dx, dy] = [x[at]!, y[at]!];
  const strength = dx * dx + dy * dy + clearGradient ** 2;
  return [(dx * dx - dy * dy) / strength, (2 * dx * dy) / strength];
};
