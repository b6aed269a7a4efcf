import type { FrameShape } from '../core/frame.ts';
import { psnrOf, squaredError } from '../learn/psnr.ts';
import { ssim } from '../learn/ssim.ts';

/** Frames after which a recurrent denoiser is warm. */
const warmUp = 20;

/** How close pictures are to the clean ones: PSNR in dB, of the mean squared error of all frames. */
export interface Quality {
  readonly psnr: number;
  /** Of the frames from the 21st on. */
  readonly psnrWarm: number;
  readonly ssim: number;
}

/** Both lists are frames of one shape; `places` are the numbers of those compared. */
export const qualityOf = (
  clean: readonly Uint8Array[],
  found: readonly Uint8Array[],
  shape: FrameShape,
  places: readonly number[] = clean.map((_, place) => place),
): Quality => {
  const errors = places.map((place, at) => squaredError(clean[place]!, found[at]!));
  const similarities = places.map((place, at) => ssim(clean[place]!, found[at]!, shape));
  const warm = errors.filter((_, at) => places[at]! >= warmUp);
  return { psnr: psnrOf(meanOf(errors)), psnrWarm: psnrOf(meanOf(warm)), ssim: meanOf(similarities) };
};

export const psnrOfAll = (clean: readonly Uint8Array[], found: readonly Uint8Array[]): number =>
  psnrOf(meanOf(clean.map((picture, place) => squaredError(picture, found[place]!))));

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
