import { DataError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { Frame, FrameShape } from '../core/frame.ts';

/** Pictures to learn from, in time order, in one block of memory. */
export interface DataSet extends FrameShape {
  readonly count: number;
  /** Frames a second of this set: the camera's rate divided by the thinning that kept the set small. */
  readonly framesPerSecond: number;
  /** Frame `index` as height x width x channels bytes: a view, valid as long as the set. */
  at(index: number): Uint8Array;
}

/** At most this many bytes of footage are kept in memory. */
const maxBytes = 768 * 1024 * 1024;

/** Fewer training frames than this teach nothing and calibrate nothing. */
export const minFrames = 40;

/**
 * Collects frames into a bounded set. When it is full, every second frame is let go and from then on only every
 * second, fourth, ... frame is kept: long footage stays evenly sampled.
 */
export class DataSetCollector {
  readonly #shape: FrameShape;
  readonly #fps: number;
  readonly #capacity: number;
  #frames: Uint8Array[] = [];
  #seen = 0;
  #stride = 1;

  constructor(shape: FrameShape, fps: number, capacity = Math.floor(maxBytes / bytesPerFrame(shape))) {
    this.#shape = { width: shape.width, height: shape.height, format: shape.format };
    this.#fps = fps;
    this.#capacity = capacity;
  }

  /** Frames given so far, kept or not. */
  get seen(): number {
    return this.#seen;
  }

  /** Copies the frame's pixels; the frame stays the caller's to release. */
  add(frame: Pick<Frame, 'data'>): void {
    if (this.#seen++ % this.#stride !== 0) return;
    if (this.#frames.length === this.#capacity) {
      this.#frames = this.#frames.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
      if ((this.#seen - 1) % this.#stride !== 0) return;
    }
    this.#frames.push(frame.data.slice());
  }

  /** The set so far; throws DataError('too-few') when it is too small to learn from. */
  finish(source: string): DataSet {
    if (this.#frames.length < minFrames) {
      throw new DataError(
        this.#frames.length === 0 ? 'empty' : 'too-few',
        `${source}: expected at least ${minFrames} frames to learn from, found ${this.#frames.length}. Collect for longer, or raise the camera's fps.`,
      );
    }
    return dataSet(this.#frames, this.#shape, this.#fps / this.#stride);
  }
}

const dataSet = (frames: readonly Uint8Array[], shape: FrameShape, framesPerSecond: number): DataSet => ({
  ...shape,
  framesPerSecond,
  count: frames.length,
  at(index) {
    const frame = frames[index];
    if (!frame) throw new RangeError(`Expected a frame index below ${frames.length}, got ${index}`);
    return frame;
  },
});

/**
 * Splits a set into training and held-back frames. The footage is cut into `blocks` stretches and the last part of
 * each is held back, so that both halves see the whole span of time while neighbours in time rarely sit on both sides.
 */
export const holdBack = (set: DataSet, share: number, blocks = 4): { training: DataSet; heldBack: DataSet } => {
  const training: Uint8Array[] = [];
  const heldBack: Uint8Array[] = [];
  const kept = Math.round((1 - share) * set.count);
  for (let index = 0; index < set.count; index++) {
    // How far the frame is into its block, in units of 1 / set.count.
    ((index * blocks) % set.count < kept ? training : heldBack).push(set.at(index));
  }
  const shape = { width: set.width, height: set.height, format: set.format };
  return {
    training: dataSet(training, shape, set.framesPerSecond),
    heldBack: dataSet(heldBack, shape, set.framesPerSecond),
  };
};
