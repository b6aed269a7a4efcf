import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { DenoiserChoice, NoiseModel, OpenDenoiser } from '../core/frame-denoiser.ts';
import type { FrameShape } from '../core/frame.ts';
import type { Clip } from './denoise-clips.ts';
import type { Filter } from './denoise-filters.ts';

/** What every part of the benchmark gets. */
export interface DenoiseBench {
  /** The folder of research data. */
  readonly data: string;
  readonly seed: number;
  readonly frames: number;
  readonly ffmpeg: Ffmpeg;
  readonly clips: readonly Clip[];
  readonly filters: readonly Filter[];
  /** The models compared; the figures at the top are the first one's. None: the filters alone. */
  readonly models: readonly string[];
  /** On one thread of the CPU. */
  readonly open: OpenDenoiser;
}

export type Part = (bench: DenoiseBench) => Promise<Readonly<Record<string, unknown>>>;

/** Frames in order through a denoiser that starts with the first. Without `noise` it is estimated. */
export const denoiseAll = async (
  open: OpenDenoiser,
  model: string,
  {
    shape,
    frames,
    noise,
  }: { readonly shape: FrameShape; readonly frames: readonly Uint8Array[]; readonly noise?: NoiseModel },
): Promise<readonly Uint8Array[]> => {
  const { width, height, format } = shape;
  const choice: DenoiserChoice = { model, shape: { width, height, format }, ...(noise && { noise: { a: noise.a, b2: noise.b2 } }) }; // prettier-ignore
  const denoiser = await open(choice);
  try {
    const clean: Uint8Array[] = [];
    for (const frame of frames) clean.push(await denoiser.denoise(frame));
    return clean;
  } finally {
    await denoiser.release();
  }
};
