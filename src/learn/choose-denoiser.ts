import type { Engine } from '../core/engine.ts';
import type { Tensors } from '../core/tensor.ts';
import { initialState } from '../model/camera-model.ts';
import type { CameraModel } from '../model/camera-model.ts';
import { normalSource } from '../model/normal-random.ts';
import { randomSource } from '../model/random.ts';
import { addNoise, gaussianNoise } from './add-noise.ts';
import { psnrOf, squaredError } from './psnr.ts';

/** Runs of each kind that are compared, after one that is not. */
const runs = 3;
/** What rounding to bytes may cost, in dB. */
const mostLoss = 0.1;
const sigma = 12;

/**
 * The denoiser as it is best computed on this engine: in bytes where that is faster and gives the same picture, else in
 * full. Graphics cards compute in full. Some processors without instructions for bytes are slower by them, or even add
 * up wrongly (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html, "reduce range"): so both
 * are tried.
 */
export const chooseDenoiser = async (engine: Engine<CameraModel>, model: CameraModel): Promise<CameraModel> => {
  if (!model.activations) return model;
  const { activations: _activations, ...full } = model;
  if (engine.device !== 'cpu') return full;
  const clean = scene(model);
  const inFull = await tried(engine, full, clean);
  const inBytes = await tried(engine, model, clean).catch(() => undefined);
  if (!inBytes) return full;
  const isAsGood = inBytes.psnr >= inFull.psnr - mostLoss;
  return isAsGood && inBytes.milliseconds < inFull.milliseconds ? model : full;
};

/** The median time of a run, and how near it comes to the clean picture. */
const tried = async (engine: Engine<CameraModel>, model: CameraModel, clean: Uint8Array) => {
  const session = await engine.load(model);
  try {
    const times: number[] = [];
    let psnr = 0;
    for (let run = 0; run <= runs; run++) {
      const inputs = noisyFrame(model, clean);
      const startedAt = performance.now();
      const outputs = await session.run(inputs, ['denoised']);
      times.push(performance.now() - startedAt);
      psnr = psnrOf(squaredError(outputs['denoised']!.data as Uint8Array, clean));
    }
    const sorted = times.slice(1).sort((a, b) => a - b);
    return { milliseconds: sorted[runs >> 1]!, psnr };
  } finally {
    await session.release();
  }
};

/** Something smooth with edges and fine texture in it, as a street has. */
const scene = ({ input: { height, width, channels } }: CameraModel): Uint8Array =>
  Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isInBlock = x % 64 < 20 && y % 48 < 30;
    return (
      110 +
      40 * Math.sin(x / 23) +
      30 * Math.cos(y / 17) +
      (isInBlock ? 35 : 0) +
      14 * Math.sin(1.7 * x) * Math.sin(1.3 * y)
    );
  });

const noisyFrame = (model: CameraModel, clean: Uint8Array): Tensors => {
  const { height, width, channels } = model.input;
  const data = addNoise(clean, gaussianNoise(sigma), normalSource(randomSource(1)));
  const floats = (values: readonly number[]) => ({ type: 'float32', data: Float32Array.from(values) }) as const;
  return {
    ...initialState(model),
    frames: { type: 'uint8', shape: [1, height, width, channels], data },
    noise: { ...floats([0, (sigma / 255) ** 2]), shape: [1, 2] },
    strength: { ...floats([1]), shape: [1] },
  };
};
