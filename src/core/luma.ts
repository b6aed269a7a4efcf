/** BT.601, the weights that ffmpeg uses: of red, green and blue. */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** Brightness of pixel `at` of frame bytes with 1 channel (gray) or 3 (RGB), 0..255 with fractions. */
export const lumaAt = (data: Uint8Array, at: number, channels: 1 | 3): number => {
  if (channels === 1) return data[at]!;
  const [red, green, blue] = lumaWeights;
  return red * data[3 * at]! + green * data[3 * at + 1]! + blue * data[3 * at + 2]!;
};

/** BT.601 at full range, as in JPEG (ITU-T T.871): Cb and Cr of red, green and blue, centred at 0. */
export const chromaWeights = { cb: [-0.168736, -0.331264, 0.5], cr: [0.5, -0.418688, -0.081312] } as const;

/** Cb and Cr of pixel `at` of an rgb24 picture, centred at 0. */
export const chromaAt = (data: Uint8Array, at: number): readonly [cb: number, cr: number] => {
  const { cb, cr } = chromaWeights;
  const [red, green, blue] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!];
  return [cb[0] * red + cb[1] * green + cb[2] * blue, cr[0] * red + cr[1] * green + cr[2] * blue];
};
