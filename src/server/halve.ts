import { channelsOf, type FrameShape } from '../core/frame.ts';

export type Pixels = FrameShape & { readonly data: Uint8Array };

/** The picture at half its width and height, each pixel the mean of four; an odd last row or column is left out. */
export const halve = ({ width, height, format, data }: Pixels): Pixels => {
  const channels = channelsOf(format);
  const half = { width: width >> 1, height: height >> 1, format };
  const out = new Uint8Array(half.width * half.height * channels);
  const stride = width * channels;
  for (let y = 0, at = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      let from = 2 * y * stride + 2 * x * channels;
      for (let channel = 0; channel < channels; channel++, at++, from++) {
        const above = (data[from] ?? 0) + (data[from + channels] ?? 0);
        const below = (data[from + stride] ?? 0) + (data[from + stride + channels] ?? 0);
        out[at] = (above + below + 2) >> 2;
      }
    }
  }
  return { ...half, data: out };
};
