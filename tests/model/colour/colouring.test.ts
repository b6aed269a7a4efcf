import type { Tensor } from '../../../src/core/tensor.ts';
import { colorizer, colorizerWeights } from '../../../src/model/architectures/colorizer.ts';
import { chromaAt } from '../../../src/core/luma.ts';
import { colouring } from '../../../src/model/colour/colouring.ts';
import { colorizerGraph } from '../../../src/model/colour/colorizer-graph.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import { flatten } from '../../../src/model/training/parameters.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, normal, randomFrames, stepInputs } from '../training/training-steps.ts';

afterAll(closeOnnx);

const [height, width] = [8, 16];
const topology = colorizer([height, width, 3]);
const frames = randomFrames(2, [height, width, 3], 1);
const weights = initialWeights(topology, 5);
/** Everything 0, so that the model gives the background. */
const zeros = weights.map((weight) => ({ ...weight, data: new Float32Array(weight.data.length) }));

test('the loss is squared up to one gray level of difference to the chroma and linear beyond, in units of 32 gray levels', async () => {
  const background = new Float32Array((2 * height * width) / 4).fill(16);
  const { graph, layout } = trainingGraph(topology, { batch: 2, objective: colouring(background) });
  const { loss } = await runOnnx(graph, stepInputs(frames, flatten(zeros, layout)));
  const data = frames.data as Uint8Array;
  let sum = 0;
  for (let picture = 0; picture < 2; picture++)
    for (let y = 0; y < height; y += 2)
      for (let x = 0; x < width; x += 2)
        for (const channel of [0, 1] as const) {
          const corners = [0, 1, width, width + 1].map(
            (offset) => chromaAt(data, picture * height * width + y * width + x + offset)[channel],
          );
          const mean = corners.reduce((total, level) => total + level, 0) / 4;
          const off = Math.abs(mean - 16) / 32;
          const level = 1 / 32;
          sum += off <= level ? off ** 2 : level * (2 * off - level);
        }
  expect(floats({ loss: loss! }, 'loss')[0]).toBeCloseTo(sum / ((2 * 2 * height * width) / 4), 4);
});

test('the gradient agrees with finite differences, that of the share of the background too', async () => {
  const background = normal((2 * height * width) / 4, 4, 20);
  const { graph, layout } = trainingGraph(topology, { batch: 2, objective: colouring(background), withGradient: true });
  const p = flatten(weights, layout);
  const lossAt = async (at: number, by: number): Promise<number> => {
    const moved = p.slice();
    moved[at]! += by;
    return floats(await runOnnx(graph, stepInputs(frames, moved)), 'loss')[0]!;
  };
  const gradient = floats(await runOnnx(graph, stepInputs(frames, p.slice())), 'g');
  const steepest = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!)).slice(0, 4);
  const bias = layout.find(({ name }) => name === 'chroma/bias')!;
  for (const at of [...steepest, bias.offset, bias.offset + 1, bias.offset + 2]) {
    const step = 1e-2;
    const slope = ((await lossAt(at, step)) - (await lossAt(at, -step))) / (2 * step);
    expect(gradient[at]! / slope).toBeCloseTo(1, 1);
  }
});

test('training begins as the background, whatever the seed, with other layers that can learn', async () => {
  const background = normal((2 * height * width) / 4, 4, 20);
  const input = randomFrames(1, [height, width, 3], 1);
  const coloured = async (given: typeof weights): Promise<unknown> =>
    (await runOnnx(colorizerGraph({ topology, weights: given }, background), { frames: input }))['colorized']!.data;
  const begun = colorizerWeights(topology, 5);
  expect(await coloured(begun)).toEqual(await coloured(zeros));
  expect(await coloured(weights)).not.toEqual(await coloured(zeros));
  expect(begun.find(({ name }) => name === 'half/kernel')).toEqual(weights.find(({ name }) => name === 'half/kernel'));
});

test('a share of -1 hides the background, and what the model adds stays', async () => {
  const background = new Float32Array((2 * height * width) / 4).fill(20);
  const hiding = zeros.map((weight) =>
    weight.name === 'chroma/bias' ? { ...weight, data: Float32Array.of(-1, 0, 0.5) } : weight,
  );
  const data = new Uint8Array(height * width * 3).fill(100);
  const input: Tensor = { type: 'uint8', shape: [1, height, width, 3], data };
  const outputs = await runOnnx(colorizerGraph({ topology, weights: hiding }, background), { frames: input });
  const [red, green, blue] = outputs['colorized']!.data as Uint8Array;
  // Cr 16, half of 32 gray levels; Cb 0.
  expect([red, green, blue]).toEqual([Math.round(100 + 1.402 * 16), Math.round(100 - 0.714136 * 16), 100]);
});

test('live, the brightness stays, the background gives the colour, and the chroma of the frame is told', async () => {
  const gray = new Uint8Array(height * width * 3).fill(100);
  const background = new Float32Array((2 * height * width) / 4);
  background.fill(20, 0, background.length / 2);
  const input: Tensor = { type: 'uint8', shape: [1, height, width, 3], data: gray };
  const outputs = await runOnnx(colorizerGraph({ topology, weights: zeros }, background), { frames: input });
  const [red, green, blue] = outputs['colorized']!.data as Uint8Array;
  expect([red, green, blue]).toEqual([100, Math.round(100 - 0.344136 * 20), Math.round(100 + 1.772 * 20)]);
  expect(floats(outputs, 'chroma')[0]).toBeCloseTo(0, 4);
  const red200 = { ...input, data: gray.map((_, at) => (at % 3 === 0 ? 200 : 100)) };
  const coloured = await runOnnx(colorizerGraph({ topology, weights: zeros }, background), { frames: red200 });
  const [cb, cr] = chromaAt(Uint8Array.of(200, 100, 100), 0);
  expect(floats(coloured, 'chroma')[0]).toBeCloseTo(Math.abs(cb) + Math.abs(cr), 2);
});
