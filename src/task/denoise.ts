import type { CameraTask } from './camera-task.ts';
import { denoisedOf } from './decode.ts';

/** Hands out the reconstructed picture. */
export const createDenoiser = (): CameraTask => ({
  fetches: ['denoised'],
  inputs: () => ({}),
  decode: (outputs, index) => ({ denoised: denoisedOf(outputs, index) }),
});
