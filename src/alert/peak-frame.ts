import type { Frame, FrameShape } from '../core/frame.ts';
import { JpegEncoder } from '../core/jpeg.ts';

/**
 * Keeps a copy of the frame at the peak of an incident, in memory that is used again for the next peak: peaks can follow
 * each other frame by frame, and only those that are announced are worth encoding.
 */
export class PeakFrame {
  readonly #jpeg: JpegEncoder;
  #kept: (FrameShape & Pick<Frame, 'capturedAt'>) | undefined;
  #pixels = Buffer.alloc(0);

  /** `quality`: JPEG quality, 1..100. */
  constructor(quality: number) {
    this.#jpeg = new JpegEncoder(quality);
  }

  keep(frame: Omit<Frame, 'camera' | 'sequence' | 'release'>): void {
    if (this.#pixels.length !== frame.data.length) this.#pixels = Buffer.allocUnsafe(frame.data.length);
    this.#pixels.set(frame.data);
    const { width, height, format, capturedAt } = frame;
    this.#kept = { width, height, format, capturedAt };
  }

  /** The frame captured at `capturedAt` as JPEG, once; undefined when it is not the one kept, or was taken already. */
  takeJpeg(capturedAt: number): Buffer | undefined {
    if (this.#kept?.capturedAt !== capturedAt) return undefined;
    const shape = this.#kept;
    this.#kept = undefined;
    return Buffer.from(this.#jpeg.encode({ ...shape, data: this.#pixels }));
  }
}
