import { bytesPerFrame } from '../core/frame.ts';
import type { Frame, FrameShape } from '../core/frame.ts';
import type { AlertFootage } from './footage-file.ts';

/** Frames kept of one incident, fewer of large ones: so many bytes at most, but always 8 frames. */
const maxFrames = 64;
const minFrames = 8;
const maxBytes = 16 * 1024 * 1024;

/** The share of them that is kept while nothing happens, for what comes before an incident. */
const ringShare = 4;

/** A full ring reaches back at least so far, thinned where the camera is too fast for that. */
const ringMs = 1500;

interface KeptFrame {
  readonly at: number;
  readonly data: Uint8Array;
}

/**
 * The frames of one camera around an incident. While nothing happens a ring of 16 frames is kept, during an incident at
 * most 64 (16 MiB): when they are full, every second one is let go and from then on only every second one is kept.
 */
export class FootageRecorder {
  #shape: FrameShape | undefined;
  #frames: KeptFrame[] = [];
  /** One of so many frames is kept; during an incident, and while nothing happens. */
  #stride = 1;
  #ringStride = 1;
  #waited = 0;

  /** Copies the pixels of the next frame, in time order. `isIncident`: whether an incident begins or goes on. */
  add(frame: Omit<Frame, 'camera' | 'sequence' | 'release'>, isIncident: boolean): void {
    const { width, height, format, capturedAt: at, data } = frame;
    const before = this.#shape;
    if (before && (before.width !== width || before.height !== height || before.format !== format)) this.#forget();
    this.#shape = { width, height, format };
    const ringFrames = Math.floor(capacityOf(frame) / ringShare);
    if (!isIncident) this.#backToRing(ringFrames);
    if (++this.#waited < this.#stride) return;
    this.#waited = 0;
    const isFull = this.#frames.length >= (isIncident ? ringFrames * ringShare : ringFrames);
    if (isFull && isIncident) this.#thin();
    else if (isFull && at - this.#frames[0]!.at < ringMs) {
      this.#thin();
      this.#ringStride = this.#stride;
    } else if (isFull) {
      const oldest = this.#frames.shift()!.data;
      oldest.set(data);
      this.#frames.push({ at, data: oldest });
      return;
    }
    this.#frames.push({ at, data: data.slice() });
  }

  /** Frames of another size are no footage of the same camera. */
  #forget(): void {
    this.#ringStride = 1;
    this.#waited = 0;
    this.clear();
  }

  /** Lets go of everything: what comes is not of a piece with what was. */
  clear(): void {
    this.#frames = [];
    this.#stride = this.#ringStride;
  }

  /**
   * What is kept now, valid until the next `add`. Undefined when it does not reach back to `peakAt`, because the peak of the
   * incident was in an earlier rise, or when it is a single frame.
   */
  footageOf(peakAt: number): AlertFootage | undefined {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)];
    if (!this.#shape || !first || !last || first.at === last.at || first.at > peakAt) return undefined;
    return {
      ...this.#shape,
      framesPerSecond: ((this.#frames.length - 1) * 1000) / (last.at - first.at),
      frames: this.#frames.map(({ data }) => data),
    };
  }

  #backToRing(ringFrames: number): void {
    if (this.#stride !== this.#ringStride) this.clear();
    else if (this.#frames.length > ringFrames) this.#frames = this.#frames.slice(-ringFrames);
  }

  /** Keeps every second frame, counted back from the one that comes next. */
  #thin(): void {
    const { length } = this.#frames;
    this.#frames = this.#frames.filter((_, index) => (length - index) % 2 === 0);
    this.#stride *= 2;
  }
}

const capacityOf = (shape: FrameShape): number =>
  Math.max(minFrames, Math.min(maxFrames, Math.floor(maxBytes / bytesPerFrame(shape))));
