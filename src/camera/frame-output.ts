import type { Polygon } from '../core/camera.ts';
import { bytesPerFrame, preciseNow } from '../core/frame.ts';
import type { Frame, FrameShape } from '../core/frame.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { FramePool } from './frame-pool.ts';
import { maskPainter } from './mask.ts';

interface OutputOptions {
  readonly camera: string;
  readonly shape: FrameShape;
  readonly mask: readonly Polygon[];
  /** Frames that may be out at a time; more are dropped and counted. */
  readonly poolFrames: number;
}

/** What came out of one output of a camera's ffmpeg, since the camera was opened. */
export interface OutputStats {
  readonly framesDecoded: number;
  /** Frames thrown away because all of the pool were still in use. */
  readonly framesDropped: number;
}

/**
 * One output of a camera's ffmpeg, over all its lives: cuts its bytes into frames, masks and numbers them, from a pool
 * of its own.
 */
export class FrameOutput {
  readonly #options: OutputOptions;
  readonly #pool: FramePool;
  readonly #paintMask: (data: Uint8Array) => void;
  #sequence = 0;
  #decoded = 0;
  #dropped = 0;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#pool = new FramePool(bytesPerFrame(options.shape), options.poolFrames);
    this.#paintMask = maskPainter(options.mask, options.shape);
  }

  get stats(): OutputStats {
    return { framesDecoded: this.#decoded, framesDropped: this.#dropped };
  }

  /**
   * For the bytes of one ffmpeg. `onFrame` owns what it is given, undefined for a dropped frame; neither is counted
   * while not `isOpen`.
   */
  assembler(isOpen: () => boolean, onFrame: (frame: Frame | undefined) => void): FrameAssembler {
    return new FrameAssembler(this.#pool, (data) => {
      if (!isOpen()) {
        if (data) this.#pool.release(data);
        return;
      }
      this.#decoded += 1;
      if (!data) this.#dropped += 1;
      else this.#paintMask(data);
      onFrame(data && this.#toFrame(data));
    });
  }

  #toFrame(data: Uint8Array): Frame {
    const { camera, shape } = this.#options;
    const { width, height, format } = shape;
    let released = false;
    const release = (): void => {
      if (!released) this.#pool.release(data);
      released = true;
    };
    return { camera, sequence: this.#sequence++, capturedAt: preciseNow(), width, height, format, data, release };
  }
}
