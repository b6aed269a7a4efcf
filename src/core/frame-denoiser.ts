import type { FrameShape } from './frame.ts';

/** Noise of a picture: the variance at brightness x (0..1) is a * x + b2, in units of 0..1 squared. */
export interface NoiseModel {
  readonly a: number;
  readonly b2: number;
}

/** One stream's denoiser: recurrent, so frames come in order. */
export interface FrameDenoiser {
  /** The clean picture of a frame, same shape and format. Input and result are the caller's own. */
  denoise(data: Uint8Array): Promise<Uint8Array>;
  /** What it believes the noise to be now. */
  readonly noise: NoiseModel;
  release(): Promise<void>;
}

export interface DenoiserChoice {
  /** A model folder, or the name of a shipped model. */
  readonly model: string;
  readonly shape: FrameShape;
  /** 1 by default; 0 leaves the picture untouched. */
  readonly strength?: number;
  /** Known noise; it is estimated live when left out. */
  readonly noise?: NoiseModel;
}

export type OpenDenoiser = (choice: DenoiserChoice) => Promise<FrameDenoiser>;
