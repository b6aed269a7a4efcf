import type { Engine } from '../../src/core/engine.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import { chooseDenoiser } from '../../src/learn/choose-denoiser.ts';
import { denoiser } from '../../src/model/architectures/denoiser.ts';
import type { CameraModel } from '../../src/model/camera-model.ts';

const topology = denoiser({ block: 4, channels: 8, layers: 2 }, 2, 2);
const model: CameraModel = {
  architecture: 'denoiser',
  topology,
  weights: [],
  input: { height: 8, width: 8, channels: 1 },
  activations: [1, 1],
};

/** Takes so long for a picture in full and in bytes, and gives pictures that differ by so many gray levels. */
const engineOf = (fullMs: number, bytesMs: number, difference: number, device: 'cpu' | 'cuda' = 'cpu') => {
  const open = { count: 0 };
  const engine: Engine<CameraModel> = {
    device,
    concurrency: 1,
    batchSize: 1,
    async load({ activations }) {
      open.count++;
      return {
        async run(): Promise<Tensors> {
          await new Promise((resolve) => setTimeout(resolve, activations ? bytesMs : fullMs));
          const data = new Uint8Array(64)
            .fill(100)
            .map((level, at) => (activations && at % 64 === 0 ? level + difference : level));
          return { denoised: { type: 'uint8', shape: [1, 8, 8, 1], data } };
        },
        release: async () => void open.count--,
      };
    },
    close: async () => undefined,
  };
  return { engine, open };
};

test.each([
  ['faster and the same', engineOf(200, 5, 1), true],
  ['slower', engineOf(5, 200, 1), false],
  ['faster but worse', engineOf(60, 5, -90), false],
  ['on a graphics card', engineOf(60, 5, 0, 'cuda'), false],
])('in bytes when that is %s', async (_name, { engine, open }, isInBytes) => {
  const chosen = await chooseDenoiser(engine, model);
  expect(chosen.activations !== undefined).toBe(isInBytes);
  expect(open.count).toBe(0);
});

test('a denoiser that was never calibrated is taken as it is', async () => {
  const { activations: _activations, ...plain } = model;
  const { engine } = engineOf(0, 0, 0);
  expect(await chooseDenoiser(engine, plain)).toBe(plain);
});
