/** Pixel formats by their FFmpeg names: one luma byte, or three bytes R, G, B, a pixel. */
export type PixelFormat = 'gray' | 'rgb24';

export const channelsOf = (format: PixelFormat): 1 | 3 => (format === 'gray' ? 1 : 3);

/** Width and height in pixels, and the pixel format: everything needed to read a raw frame. */
export interface FrameShape {
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
}

export const bytesPerFrame = ({ width, height, format }: FrameShape): number => width * height * channelsOf(format);

/**
 * One decoded picture of a camera. `data` is height x width x channels, row by row, 0..255.
 * A frame has one owner at a time; the owner calls `release()` when done, after which `data` may be overwritten.
 */
export interface Frame extends FrameShape {
  readonly camera: string;
  /** Counts from 0 over the camera's life, across reconnects. */
  readonly sequence: number;
  /** When the last byte arrived from the decoder: milliseconds since the epoch, with fractions. */
  readonly capturedAt: number;
  readonly data: Uint8Array;
  release(): void;
}

/** The wall clock in milliseconds since the epoch with the monotonic clock's resolution. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();
