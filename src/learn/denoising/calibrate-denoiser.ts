import type { Engine } from '../../core/engine.ts';
import { preciseNow } from '../../core/frame.ts';
import { initialState } from '../../model/camera-model.ts';
import type { LayersModel } from '../../model/layers-model.ts';
import { denoiserGraph } from '../../model/denoiser/denoiser-graph.ts';
import { createDenoiser } from '../../task/denoise.ts';
import { encodeFrames, joinRows } from '../../task/encode.ts';

/** Noisy gray pictures of one size, in the order of time. */
export interface NoisyClip {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly Uint8Array[];
}

/** The largest magnitude that each layer of a denoiser gives to these clips, for `quantizedNet`. */
export const calibrateDenoiser = async (
  engine: Engine<Uint8Array>,
  model: LayersModel,
  clips: readonly NoisyClip[],
): Promise<number[]> => {
  let most: number[] = [];
  for (const { width, height, frames } of clips) {
    const input = { height, width, channels: 1 };
    const session = await engine.load(denoiserGraph(model, [height, width, 1], { observe: true }));
    const task = createDenoiser(initialState({ ...model, architecture: 'denoiser', input }));
    try {
      for (const data of frames) {
        const frame = { width, height, format: 'gray', data, capturedAt: preciseNow() } as const;
        const fetches = [...task.fetches, 'largest'];
        const outputs = await session.run({ ...encodeFrames([frame]), ...joinRows([task.inputs(frame)]) }, fetches);
        task.decode(outputs, 0, frame);
        const largest = outputs['largest']!.data as Float32Array;
        most = Array.from(largest, (value, at) => Math.max(value, most[at] ?? 0));
      }
    } finally {
      await session.release();
    }
  }
  return most;
};
