import type { Engine } from '../../src/core/engine.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';

/** Stands for a model; the engine below looks at nothing of it. */
export const anyModel = {
  topology: {},
  weights: [],
  architecture: 'strided',
  input: { height: 8, width: 8, channels: 1 },
} as unknown as CameraModel;

/**
 * An engine whose error is the brightness: each of the 2 x 3 cells has the value of the first pixel, 0..1. Its two workers
 * take turns in being slow, so that runs end out of order. `look` sees each run before it is answered.
 */
export const brightnessEngine = (look: (brightness: number) => void = () => {}) => {
  const seen = { runs: 0, mostAtOnce: 0, openSessions: 0 };
  let atOnce = 0;
  const run = async ({ frames }: Tensors, fetches?: readonly string[]): Promise<Tensors> => {
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce);
    const brightness = Number(frames?.data[0]) / 255;
    const turns = seen.runs++ % 2 === 0 ? 3 : 1;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    atOnce--;
    look(brightness);
    if (fetches?.join() !== 'error_map') throw new Error(`Unexpected fetches ${fetches?.join()}`);
    return { error_map: { type: 'float32', shape: [1, 2, 3], data: new Float32Array(6).fill(brightness) } };
  };
  const engine: Engine<CameraModel> = {
    device: 'cpu',
    concurrency: 2,
    batchSize: 1,
    load: async () => {
      seen.openSessions++;
      return { run, release: async () => void seen.openSessions-- };
    },
    close: async () => {},
  };
  return { engine, seen };
};
