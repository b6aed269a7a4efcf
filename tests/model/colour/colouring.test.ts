import type { Tensor } from '../../../src/core/tensor.ts';
import { colorizer } from '../../../src/model/architectures/colorizer.ts';
import { chromaAt } from '../../../src/core/luma.ts';
import { colouring } from '../../../src/model/colour/colouring.ts';
import { colorizerGraph } from '../../../src/model/colour/colorizer-graph.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import { flatten } from '../../../src/model/training/parameters.ts';
import { trainingGraph } from '../../../src/model/training/training-graph.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';
import { floats, randomFrames, stepInputs } from '../training/training-steps.ts';

afterAll(closeOnnx);

const [height, width] = [8, 16];
const topology = colorizer([height, width, 3]);
const frames = randomFrames(2, [height, width, 3], 1);
const weights = initialWeights(topology, 5);
/** Everything 0, so that the model has nothing to add to the background. */
const zeros = weights.map((weight) => ({ ...weight, data: new Float32Array(weight.data.length) }));

test('the loss is the squared difference to the chroma beside the background, in units of 32 gray levels', async () => {
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
          sum += ((mean - 16) / 32) ** 2;
        }
  expect(floats({ loss: loss! }, 'loss')[0]).toBeCloseTo(sum / ((2 * 2 * height * width) / 4), 4);
});

test('the gradient agrees with finite differences', async () => {
  const background = new Float32Array((2 * height * width) / 4);
  const { graph, layout } = trainingGraph(topology, { batch: 2, objective: colouring(background), withGradient: true });
  const p = flatten(weights, layout);
  const lossAt = async (at: number, by: number): Promise<number> => {
    const moved = p.slice();
    moved[at]! += by;
    return floats(await runOnnx(graph, stepInputs(frames, moved)), 'loss')[0]!;
  };
  const gradient = floats(await runOnnx(graph, stepInputs(frames, p.slice())), 'g');
  const steepest = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!)).slice(0, 4);
  for (const at of steepest) {
    const step = 1e-2;
    const slope = ((await lossAt(at, step)) - (await lossAt(at, -step))) / (2 * step);
    expect(gradient[at]! / slope).toBeCloseTo(1, 1);
  }
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
