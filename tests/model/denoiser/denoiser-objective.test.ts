import type { Tensor, Tensors } from '../../../src/core/tensor.ts';
import { denoiser } from '../../../src/model/architectures/denoiser.ts';
import { denoiserObjective } from '../../../src/model/denoiser/denoiser-objective.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import { randomSource } from '../../../src/model/random.ts';
import { lossGraph } from '../../../src/model/training/loss-graph.ts';
import { flatten } from '../../../src/model/training/parameters.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, normal } from '../training/training-steps.ts';

afterAll(closeOnnx);

const [batch, size, frames, block] = [3, 8, 4, 2];
const topology = denoiser({ block, channels: 6, layers: 3 }, size / block, size / block);
const objective = denoiserObjective({ size, frames, block, firstWeight: 0.3 });

const float = (shape: readonly number[], data: Float32Array): Tensor => ({ type: 'float32', shape, data });

/** A picture that stays with a thing that moves, sigma 15; two samples begin warm, one cold. */
const sample = (): Tensors => {
  const clean = new Uint8Array(batch * frames * size * size);
  const random = randomSource(5);
  for (let row = 0; row < batch; row++) {
    const scene = Uint8Array.from({ length: size * size }, () => 40 + 150 * random());
    for (let frame = 0; frame < frames; frame++) {
      const at = (row * frames + frame) * size * size;
      clean.set(scene, at);
      for (let y = 2; y < 6; y++) clean.fill(220, at + y * size + frame, at + y * size + frame + 3);
    }
  }
  const noise = normal(clean.length, 7, 15);
  const noisy = clean.map((value, at) => Math.max(0, Math.min(255, Math.round(value + noise[at]!))));
  const first = (data: Uint8Array): Float32Array =>
    Float32Array.from({ length: batch * size * size }, (_, at) => {
      const row = Math.floor(at / size ** 2);
      return data[row * frames * size ** 2 + (at % size ** 2)]! / 255 + 0.01 * Math.sin(at);
    });
  return {
    clean: { type: 'uint8', shape: [batch, frames, size, size], data: clean },
    noisy: { type: 'uint8', shape: [batch, frames, size, size], data: noisy },
    noise: float(
      [batch, 2],
      Float32Array.from({ length: 2 * batch }, (_, at) => (at % 2 ? (14 / 255) ** 2 : 0.001)),
    ),
    warm: float([batch], Float32Array.of(1, 0, 1)),
    average: float([batch, size, size], first(clean)),
    denoised: float([batch, size, size], first(noisy)),
    variance: float([batch], Float32Array.of(0.05, 1, 0.4)),
  };
};

const vector = (data: Float32Array): Tensor => float([data.length], data);
const stepped = (p: Float32Array): Tensors => ({
  ...sample(),
  p: vector(p),
  m: vector(new Float32Array(p.length)),
  v: vector(new Float32Array(p.length)),
  lr: vector(Float32Array.of(0)),
  t: vector(Float32Array.of(1)),
});

test('the gradient through all frames is that of the loss', async () => {
  const { graph, layout } = trainingGraph(topology, { batch, objective, withGradient: true });
  const judge = lossGraph(topology, { batch, objective }).graph;
  const p = flatten(initialWeights(topology, 3), layout);
  const outputs = await runOnnx(graph, stepped(p));
  const g = floats(outputs, 'g');
  const lossAt = async (along: Float32Array, distance: number): Promise<number> => {
    const moved = p.map((value, at) => value + distance * along[at]!);
    return floats(await runOnnx(judge, { ...sample(), p: vector(moved) }), 'loss')[0]!;
  };
  expect(await lossAt(g, 0)).toBeCloseTo(floats(outputs, 'loss')[0]!, 6);
  // Along each weight on its own: the loss has kinks (rectifiers, absolute errors), so that the step is small and the
  // tolerance is not.
  for (const { offset, size: length } of layout) {
    const along = g.map((value, at) => (at >= offset && at < offset + length ? value : 0));
    const norm = Math.hypot(...along);
    const unit = along.map((value) => value / norm);
    const step = 2e-3;
    const difference = ((await lossAt(unit, step)) - (await lossAt(unit, -step))) / (2 * step);
    expect(difference / norm).toBeCloseTo(1, 1);
  }
});

test('a longer gradient than the bound is scaled down', async () => {
  const p = flatten(initialWeights(topology, 3), trainingGraph(topology, { batch, objective }).layout);
  const moment = async (clipNorm: number): Promise<number> => {
    const { graph } = trainingGraph(topology, { batch, objective, optimizer: { clipNorm } });
    return Math.hypot(...floats(await runOnnx(graph, stepped(p)), 'm2')) / 0.1;
  };
  const whole = await moment(Infinity);
  expect(await moment(whole / 4)).toBeCloseTo(whole / 4, 4);
  expect(await moment(whole * 4)).toBeCloseTo(whole, 4);
});
