import type { DenoiserChoice, OpenDenoiser } from '../core/frame-denoiser.ts';
import { padded, paddedShape, unpadded } from './pad.ts';

/** A denoiser for pictures of any size. */
export interface AnySizeDenoiser {
  denoise(data: Uint8Array): Promise<Uint8Array>;
  release(): Promise<void>;
}

/** Opens a denoiser that sees the pictures with sides divisible by 8, and gives them back in their own size. */
export const openPadded = async (open: OpenDenoiser, choice: DenoiserChoice): Promise<AnySizeDenoiser> => {
  const { shape } = choice;
  const seen = paddedShape(shape);
  const denoiser = await open({ ...choice, shape: seen });
  return {
    denoise: async (data) => unpadded(await denoiser.denoise(padded(data, shape, seen)), seen, shape),
    release: async () => denoiser.release(),
  };
};
