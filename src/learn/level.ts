import type { Still } from '../camera/read-still.ts';

/** The mean level that every image is brought to: exposure is no defect, and a defect takes a share of the light. */
const meanLevel = 100;

/** The image times a factor that gives it a mean of 100, clipped to bytes. */
export const levelled = (image: Still): Still => {
  const mean = image.data.reduce((sum, level) => sum + level, 0) / image.data.length;
  const gain = meanLevel / Math.max(1, mean);
  return { ...image, data: image.data.map((level) => Math.min(255, Math.round(gain * level))) };
};
