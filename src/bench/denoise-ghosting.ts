import { psnrOf } from '../learn/psnr.ts';
import { noiseKinds } from './denoise-noise.ts';
import { denoiseAll } from './denoise-part.ts';
import type { Part } from './denoise-part.ts';
import { spoil } from './denoise-spoil.ts';
import { rounded } from './statistics.ts';

const frameCount = 50;
/** The first frames, in which there is little past to leave ghosts, are not looked at. */
const from = 20;
const sigmas = new Set(['gaussian10', 'gaussian20']);

/**
 * Where something moves (the clean picture changed by more than 3 sigma since the frame before): PSNR of the denoiser,
 * and of the same one when it is new to every frame, which cannot leave ghosts. Both are told the noise.
 */
export const ghosting: Part = async ({ clips, models, open, seed }) => {
  const found: Record<string, unknown> = {};
  for (const model of models) {
    const rows: Record<string, unknown>[] = [];
    for (const clip of clips) {
      for (const kind of noiseKinds.filter(({ name }) => sigmas.has(name))) {
        const { clean, noisy, noise } = spoil({ ...clip, frames: clip.frames.slice(0, frameCount) }, kind, seed);
        const frames = await denoiseAll(open, model, { shape: clip, frames: noisy, noise });
        const error = { pixels: 0, ours: 0, single: 0 };
        for (let at = from; at < frames.length; at++) {
          const [alone] = await denoiseAll(open, model, { shape: clip, frames: [noisy[at]!], noise });
          const [truth, before] = [clean[at]!, clean[at - 1]!];
          const least = 3 * 255 * Math.sqrt(kind.b2);
          for (let pixel = 0; pixel < truth.length; pixel++) {
            if (Math.abs(truth[pixel]! - before[pixel]!) <= least) continue;
            error.pixels += 1;
            error.ours += (frames[at]![pixel]! - truth[pixel]!) ** 2;
            error.single += (alone![pixel]! - truth[pixel]!) ** 2;
          }
        }
        const [psnr, psnrSingleFrame] = [psnrOf(error.ours / error.pixels), psnrOf(error.single / error.pixels)];
        rows.push({
          clip: clip.name,
          noise: kind.name,
          movingPixels: error.pixels,
          psnr: rounded(psnr),
          psnrSingleFrame: rounded(psnrSingleFrame),
          gainDb: rounded(psnr - psnrSingleFrame),
        });
        console.error(`ghosting ${model}: ${JSON.stringify(rows.at(-1))}`);
      }
    }
    found[model] = rows;
  }
  return { ghosting: found };
};
