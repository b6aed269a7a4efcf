import type { Tensor, Tensors } from '../core/tensor.ts';
import { channelsOf } from '../core/frame.ts';
import { encodeFrames } from '../task/encode.ts';
import type { DataSet } from './data-set.ts';

/** What a training step takes its batches from. */
export interface Samples {
  readonly count: number;
  /** The objective's inputs for these samples, in memory of their own. */
  batch(indices: readonly number[]): Tensors;
}

/** Single frames: `frames` uint8 [N, H, W, C]. */
export const frameSamples = (set: DataSet): Samples => ({
  count: set.count,
  batch: (indices) => encodeFrames(indices.map((index) => ({ ...set, data: set.at(index) }))),
});

/** `length` neighbours in time: `frames` uint8 [N, length, H, W, C]. `inputs` adds what else a clip comes with. */
export const clipSamples = (
  set: DataSet,
  length: number,
  inputs: (lastFrames: readonly number[]) => Tensors = () => ({}),
): Samples => {
  const last: number[] = [];
  let run = 0;
  for (let index = 0; index < set.count; index++) {
    run = set.continues(index) ? run + 1 : 1;
    if (run >= length) last.push(index);
  }
  const shape = [length, set.height, set.width, channelsOf(set.format)];
  return {
    count: last.length,
    batch(indices) {
      const chosen = indices.map((index) => last[index]!);
      const size = set.at(0).length;
      const data = new Uint8Array(chosen.length * length * size);
      for (const [row, end] of chosen.entries())
        for (let step = 0; step < length; step++)
          data.set(set.at(end - length + 1 + step), (row * length + step) * size);
      const frames: Tensor = { type: 'uint8', shape: [chosen.length, ...shape], data };
      return { frames, ...inputs(chosen) };
    },
  };
};
