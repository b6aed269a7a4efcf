/** BT.601, the weights that ffmpeg uses: of red, green and blue. */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** Brightness of pixel `at` of frame bytes with 1 channel (gray) or 3 (RGB), 0..255 with fractions. */
export const lumaAt = (data: Uint8Array, at: number, channels: 1 | 3): number => {
  if (channels === 1) return data[at]!;
  const [red, green, blue] = lumaWeights;
  return red * data[3 * at]! + green * data[3 * at + 1]! + blue * data[3 * at + 2]!;
};

/** Cb and Cr of pixel `at` of an rgb24 picture, centred at 0: BT.601 at full range, as in JPEG (ITU-T T.871). */
export const chromaAt = (data: Uint8Array, at: number): readonly [cb: number, cr: number] => {
  const [red, green, blue] = [data[3 * at]!, data[3 * at + 1]!, data[3 * at + 2]!];
  return [-0.168736 * red - 0.331264 * green + 0.5 * blue, 0.5 * red - 0.418688 * green - 0.081312 * blue];
};
