/** BT.601, the weights that ffmpeg uses: of red, green and blue. */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** Brightness of pixel `at` of frame bytes with 1 channel (gray) or 3 (RGB), 0..255 with fractions. */
export const lumaAt = (data: Uint8Array, at: number, channels: 1 | 3): number => {
  if (channels === 1) return data[at]!;
  const [red, green, blue] = lumaWeights;
  return red * data[3 * at]! + green * data[3 * at + 1]! + blue * data[3 * at + 2]!;
};
