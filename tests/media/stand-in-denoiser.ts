import type { DenoiserChoice, FrameDenoiser } from '../../src/core/frame-denoiser.ts';
import { bytesPerFrame } from '../../src/core/frame.ts';
import type { Denoisers } from '../../src/learn/open-denoisers.ts';

/** Denoisers that average over time, and tell what they were asked for. */
export const standInDenoisers = (delayMs = 0) => {
  const choices: DenoiserChoice[] = [];
  const state = { open: 0, isClosed: false };
  const open = async (choice: DenoiserChoice): Promise<FrameDenoiser> => {
    choices.push(choice);
    state.open += 1;
    let mean: Float64Array | undefined;
    let count = 0;
    return {
      noise: { a: 0, b2: 0 },
      denoise: async (data) => {
        if (data.length !== bytesPerFrame(choice.shape)) throw new Error('a frame of another shape');
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        count += 1;
        mean ??= Float64Array.from(data);
        const gain = 1 / Math.min(count, 10);
        mean.forEach((value, at) => (mean![at] = value + gain * (data[at]! - value)));
        return Uint8Array.from(mean, Math.round);
      },
      release: async () => void (state.open -= 1),
    };
  };
  const openDenoisers = async (): Promise<Denoisers> => ({ open, close: async () => void (state.isClosed = true) });
  return { openDenoisers, open, choices, state };
};
