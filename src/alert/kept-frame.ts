import type { Frame, FrameShape } from '../core/frame.ts';
import { JpegEncoder } from '../core/jpeg.ts';

/**
 * Keeps a copy of one frame, in memory that is used again for the next one: they can follow each other frame by frame, and
 * only those that an alert shows are worth encoding.
 */
export class KeptFrame {
  readonly #jpeg: JpegEncoder;
  #kept: (FrameShape & Pick<Frame, 'capturedAt'>) | undefined;
  #pixels = Buffer.alloc(0);

  /** `quality`: JPEG quality, 1..100. */
  constructor(quality: number) {
    this.#jpeg = new JpegEncoder(quality);
  }

  /** When the frame was captured; undefined when there is none, or it was taken already. */
  get capturedAt(): number | undefined {
    return this.#kept?.capturedAt;
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
