/** A picture with normal noise of the standard deviation `sigma`, in units of 0..1, clipped to bytes (Box & Muller 1958). */
export const noisy = (picture: Uint8Array, sigma: number, random: () => number): Uint8Array =>
  picture.map((level) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.min(255, Math.max(0, Math.round(level + 255 * sigma * normal)));
  });
