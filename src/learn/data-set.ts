import { DataError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import type { Frame, FrameShape } from '../core/frame.ts';

/** Pictures to learn from, in time order, in one block of memory. */
export interface DataSet extends FrameShape {
  readonly count: number;
  /** Frames a second within the stretches that were kept whole. */
  readonly framesPerSecond: number;
  /** Frame `index` as height x width x channels bytes: a view, valid as long as the set. */
  at(index: number): Uint8Array;
  /** Whether frame `index` was taken right after the one before it: false at the first of every stretch. */
  continues(index: number): boolean;
}

/** At most this many bytes of footage are kept in memory. */
const maxBytes = 768 * 1024 * 1024;

/** Fewer frames than this teach nothing and calibrate nothing. */
export const minFrames = 40;

/** Footage is thinned by stretches of this many frames, so that neighbours in time stay together. */
const stretchFrames = 32;

interface KeptFrame {
  readonly data: Uint8Array;
  readonly continues: boolean;
}

/**
 * Collects frames into a bounded set. When it is full, every second stretch of 32 frames is let go, and from then on only
 * every second, fourth, ... is kept: long footage stays evenly sampled.
 */
export class DataSetCollector {
  readonly #shape: FrameShape;
  readonly #fps: number;
  readonly #capacity: number;
  #stretches: KeptFrame[][] = [];
  #kept = 0;
  #seen = 0;
  #stride = 1;
  #isCut = true;

  constructor(shape: FrameShape, fps: number, capacity = Math.floor(maxBytes / bytesPerFrame(shape))) {
    this.#shape = { width: shape.width, height: shape.height, format: shape.format };
    this.#fps = fps;
    this.#capacity = Math.max(stretchFrames, capacity);
  }

  /** Frames given so far, kept or not. */
  get seen(): number {
    return this.#seen;
  }

  /** The next frame was not taken right after the last one: a new clip, or a camera that was away. */
  cut(): void {
    this.#isCut = true;
  }

  /** Copies the frame's pixels; the frame stays the caller's to release. */
  add(frame: Pick<Frame, 'data'>): void {
    const stretch = Math.floor(this.#seen++ / stretchFrames);
    if (stretch % this.#stride !== 0) {
      this.#isCut = true;
      return;
    }
    const frames = (this.#stretches[stretch / this.#stride] ??= []);
    frames.push({ data: frame.data.slice(), continues: !this.#isCut });
    this.#isCut = false;
    if (++this.#kept > this.#capacity) this.#thin();
  }

  /** The set so far; throws DataError('too-few') when it has less than `least` frames: too small to learn from. */
  finish(source: string, least = minFrames): DataSet {
    if (this.#kept < least) {
      throw new DataError(
        this.#kept === 0 ? 'empty' : 'too-few',
        `${source}: expected at least ${least} frames to learn from, found ${this.#kept}. Collect for longer, or raise the camera's fps.`,
      );
    }
    const frames = this.#stretches.flat();
    return {
      ...this.#shape,
      framesPerSecond: this.#fps,
      count: frames.length,
      at: (index) => frameAt(frames, index).data,
      continues: (index) => frameAt(frames, index).continues,
    };
  }

  #thin(): void {
    this.#stride *= 2;
    this.#stretches = this.#stretches
      .filter((_, index) => index % 2 === 0)
      .map(([first, ...rest]) => (first ? [{ ...first, continues: false }, ...rest] : []));
    this.#kept = this.#stretches.reduce((sum, { length }) => sum + length, 0);
  }
}

const frameAt = <T>(frames: readonly T[], index: number): T => {
  const frame = frames[index];
  if (frame === undefined) throw new RangeError(`Expected a frame index below ${frames.length}, got ${index}`);
  return frame;
};

/** A part of a set, with the places its frames have in the whole. */
export interface Part extends DataSet {
  readonly origin: readonly number[];
}

/** What is trained on, and what is not. */
export interface Parts {
  readonly training: Part;
  readonly heldBack: Part;
}

/** The frames of a set at the places `origin`, which rise. */
export const selectFrames = (set: DataSet, origin: readonly number[]): Part => ({
  width: set.width,
  height: set.height,
  format: set.format,
  framesPerSecond: set.framesPerSecond,
  count: origin.length,
  origin,
  at: (index) => set.at(frameAt(origin, index)),
  continues: (index) => {
    const place = frameAt(origin, index);
    return index > 0 && place === frameAt(origin, index - 1) + 1 && set.continues(place);
  },
});

/** The frames of `first`, then those of `second`, which must have its shape. */
export const joinSets = (first: DataSet, second: DataSet): DataSet => {
  const pick = <T>(index: number, read: (set: DataSet, index: number) => T): T =>
    index < first.count ? read(first, index) : read(second, index - first.count);
  return {
    ...first,
    count: first.count + second.count,
    at: (index) => pick(index, (set, place) => set.at(place)),
    continues: (index) => pick(index, (set, place) => set.continues(place)),
  };
};

/** From so many clips on, whole clips are held back. */
const fewestClips = 5;

/**
 * Splits a set into training and held-back frames. Footage of five clips or more is split by clips, evenly spread over
 * all of them, where that comes near `share`: a few hiccups of a camera make no clips. Other footage is cut into `blocks`
 * stretches of which the last part of each is held back, so that both halves see the whole span of time while neighbours
 * in time rarely sit on both sides.
 */
export const holdBack = (set: DataSet, share: number, blocks = 4): Parts => {
  const indices = Array.from({ length: set.count }, (_, index) => index);
  const clips: number[] = [];
  for (const index of indices) clips.push((clips.at(-1) ?? -1) + (set.continues(index) ? 0 : 1));
  const clipCount = (clips.at(-1) ?? 0) + 1;
  const isInClip = (index: number): boolean =>
    Math.floor((clips[index]! + 0.5) * share) !== Math.floor((clips[index]! - 0.5) * share);
  // How far the frame is into its block, in units of 1 / set.count.
  const isInBlock = (index: number): boolean => (index * blocks) % set.count >= Math.round((1 - share) * set.count);
  const found = indices.filter(isInClip).length / (share * set.count);
  const isHeldBack = clipCount >= fewestClips && found >= 0.5 && found <= 2 ? isInClip : isInBlock;
  return {
    training: selectFrames(
      set,
      indices.filter((index) => !isHeldBack(index)),
    ),
    heldBack: selectFrames(set, indices.filter(isHeldBack)),
  };
};
