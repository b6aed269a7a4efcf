import type { NoiseModel } from '../core/frame-denoiser.ts';
import type { Tensor, Tensors } from '../core/tensor.ts';
import type { CameraTask } from './camera-task.ts';
import { CarriedState } from './carried-state.ts';
import { denoisedOf, rowOf } from './decode.ts';
import { NoiseEstimate } from './noise-estimate.ts';

/** Hands out the reconstructed picture. */
export const createReconstructor = (): CameraTask => ({
  fetches: ['denoised'],
  inputs: () => ({}),
  decode: (outputs, index) => ({ denoised: denoisedOf(outputs, index) }),
});

/** Without any noise the distance from the average in units of it would be endless. */
const leastVariance = (0.1 / 255) ** 2;

export interface DenoiserOptions {
  /** 0 for the frame as it came, 1 (the default) for all that the denoiser can do. */
  readonly strength?: number | undefined;
  /** Known noise; without it the denoiser follows the noise of the frames. */
  readonly noise?: NoiseModel | undefined;
}

export interface Denoiser extends CameraTask {
  /** What it believes the noise to be; undefined before the first frame. */
  readonly noise: NoiseModel | undefined;
}

/** One stream through the recurrent denoiser; `state` is the model's initial one. */
export const createDenoiser = (state: Tensors, { strength = 1, noise: known }: DenoiserOptions = {}): Denoiser => {
  // The model's initial state is every camera's: what is given away is a copy.
  const begin = (): CarriedState =>
    new CarriedState(Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, copyOf(tensor)])));
  let carried = begin();
  const estimate = new NoiseEstimate();
  return {
    fetches: ['denoised', 'cell_level', 'cell_variance', ...carried.fetches],
    givesAway: true,
    inputs(frame) {
      if (carried.isGone) carried = begin();
      if (!known) estimate.see(frame);
      const { a, b2 } = known ?? estimate.noise!;
      return {
        ...carried.tensors,
        noise: row(a, Math.max(leastVariance, b2)),
        strength: { ...row(strength), shape: [1] },
      };
    },
    decode(outputs, index, { data }) {
      carried.keep(outputs, index);
      if (!known)
        estimate.update(
          rowOf(outputs, 'cell_level', 'float32', index),
          rowOf(outputs, 'cell_variance', 'float32', index),
        );
      // Colour comes out of the model at half its size.
      return { denoised: strength === 0 ? data : denoisedOf(outputs, index) };
    },
    get noise() {
      return known ?? estimate.noise;
    },
  };
};

const copyOf = (tensor: Tensor): Tensor => ({ ...tensor, data: tensor.data.slice() }) as Tensor;

const row = (...values: number[]): Tensor => ({
  type: 'float32',
  shape: [1, values.length],
  data: Float32Array.from(values),
});
