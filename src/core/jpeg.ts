import jpegTurbo from '@julusian/jpeg-turbo';

import type { FrameShape } from './frame.ts';

/** Scratch space for JPEG encoding, which grows to the largest picture seen; none by default. */
export class JpegEncoder {
  readonly #quality: number;
  #scratch = Buffer.alloc(0);

  /** `quality` is JPEG's, 1..100. */
  constructor(quality: number) {
    this.#quality = quality;
  }

  /** The picture as JPEG, in scratch space: valid until the next call. `data` is height x width x channels bytes. */
  encode({ width, height, format, data }: FrameShape & { readonly data: Uint8Array }): Buffer {
    const colour =
      format === 'gray'
        ? { format: jpegTurbo.FORMAT_GRAY, subsampling: jpegTurbo.SAMP_GRAY }
        : { format: jpegTurbo.FORMAT_RGB, subsampling: jpegTurbo.SAMP_420 };
    const options = { width, height, quality: this.#quality, ...colour };
    const worstCaseBytes = jpegTurbo.bufferSize(options);
    if (this.#scratch.length < worstCaseBytes) this.#scratch = Buffer.allocUnsafe(worstCaseBytes);
    const pixels = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    return jpegTurbo.compressSync(pixels, this.#scratch, options);
  }
}
