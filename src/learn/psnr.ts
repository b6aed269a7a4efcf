/** The mean of (a - b)^2 over the bytes of two pictures of one size, gray levels squared. */
export const squaredError = (a: Uint8Array, b: Uint8Array): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2;
  return sum / a.length;
};

/** Peak signal-to-noise ratio in dB of a mean squared error in gray levels squared. */
export const psnrOf = (meanSquaredError: number): number => 10 * Math.log10(255 ** 2 / meanSquaredError);
