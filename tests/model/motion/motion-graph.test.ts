import type { Tensor, Tensors } from '../../../src/core/tensor.ts';
import { motion } from '../../../src/model/architectures/motion.ts';
import { initialState } from '../../../src/model/camera-model.ts';
import { initialWeights } from '../../../src/model/initial-weights.ts';
import { motionGraph } from '../../../src/model/motion/motion-graph.ts';
import { randomSource } from '../../../src/model/random.ts';
import { closeOnnx, runOnnx } from '../../support/run-onnx.ts';

afterAll(closeOnnx);

const [height, width] = [96, 128];
const topology = motion([height, width, 1]);
const model = { topology, weights: initialWeights(topology, 1) };
const graph = motionGraph(model, 1);

/** A street of blocks and stripes with contrast everywhere, 30..190. */
const scene = Float32Array.from({ length: height * width }, (_, at) => {
  const [x, y] = [at % width, Math.floor(at / width)];
  return 110 + 40 * Math.sin(x / 7) + 40 * Math.sin((x + 2 * y) / 11);
});

const random = randomSource(3);
/** The scene as a camera sees it: noise of two gray levels, a change of each pixel, rounded to bytes. */
const seen = (change: (level: number, x: number, y: number) => number = (level) => level): Uint8Array =>
  Uint8Array.from(scene, (level, at) => {
    const noise = 4 * (random() - 0.5);
    return Math.min(255, Math.max(0, Math.round(change(level, at % width, Math.floor(at / width)) + noise)));
  });

const column = (data: Float32Array, ...shape: number[]): Tensor => ({ type: 'float32', shape, data });
const start = initialState({
  ...model,
  architecture: 'motion',
  input: { height, width, channels: 1 },
  background: scene,
});

/** Frames one after the other, 0.1 s apart. */
const play = async (frames: readonly Uint8Array[], adapt = 0) => {
  let state: Tensors = start;
  const all: Tensors[] = [];
  for (const [index, data] of frames.entries()) {
    const outputs = await runOnnx(graph, {
      ...state,
      frames: { type: 'uint8', shape: [1, height, width, 1], data },
      seconds: column(Float32Array.of(index === 0 ? 0 : 0.1), 1),
      adapt: column(Float32Array.of(adapt), 1),
      scales: column(Float32Array.of(1, 1, 1), 1, 3),
    });
    state = Object.fromEntries(Object.keys(start).map((name) => [name, outputs[`next_${name}`]!]));
    all.push(outputs);
  }
  return all;
};
const valuesOf = (outputs: Tensors | undefined, name: string): number[] =>
  Array.from((outputs?.[name]?.data ?? []) as Float32Array);
const speedOf = (outputs: Tensors | undefined): number => valuesOf(outputs, 'channel_scores')[1]!;
const meanError = (outputs: Tensors | undefined): number =>
  valuesOf(outputs, 'next_previous').reduce((sum, level, at) => sum + Math.abs(level - scene[at]!), 0) / scene.length;

test('a picture in another light is brought back to the light of the background', async () => {
  const [dimmed] = await play([seen((level) => 0.6 * level + 25)]);
  const [shaded] = await play([seen((level, x) => level * (1 - (0.16 * x) / width))]);
  expect(meanError(dimmed)).toBeLessThan(2.5);
  expect(meanError(shaded)).toBeLessThan(2.5);
});

test('a lamp that goes out over a part of the picture is light, and a thing that covers as much is not', async () => {
  const pool = (x: number, y: number): number => Math.exp(-((x - 50) ** 2 + (y - 50) ** 2) / (2 * 28 ** 2));
  const [lampOff] = await play([seen((level, x, y) => level * (1 - 0.5 * pool(x, y)))]);
  expect(meanError(lampOff)).toBeLessThan(6);
  const isPlate = (x: number, y: number): boolean => x >= 36 && x < 64 && y >= 36 && y < 64;
  const [plate] = await play([seen((level, x, y) => (isPlate(x, y) ? 55 : level))]);
  const errors = valuesOf(plate, 'next_previous').filter((_, at) => isPlate(at % width, Math.floor(at / width)));
  // It stays as dark against the background as it is: 55 where about 110 belongs.
  expect(errors.reduce((sum, level) => sum + level, 0) / errors.length).toBeLessThan(75);
});

test('a flat thing as bright as can be is no light', async () => {
  const isPlate = (x: number, y: number): boolean => x >= 30 && x < 94 && y >= 20 && y < 76;
  const data = seen();
  for (let at = 0; at < data.length; at++) if (isPlate(at % width, Math.floor(at / width))) data[at] = 255;
  const [outputs] = await play([data]);
  const plate = valuesOf(outputs, 'next_previous').filter((_, at) => isPlate(at % width, Math.floor(at / width)));
  expect(plate.reduce((sum, level) => sum + level, 0) / plate.length).toBeGreaterThan(200);
});

test('a picture of fewer blocks than are looked at is scored by all of them', async () => {
  const small = motion([16, 16, 1]);
  const picture = { topology: small, weights: initialWeights(small, 1) };
  const input = { height: 16, width: 16, channels: 1 };
  const background = new Float32Array(256).fill(90);
  const outputs = await runOnnx(motionGraph(picture, 1), {
    ...initialState({ ...picture, architecture: 'motion', input, background }),
    frames: { type: 'uint8', shape: [1, 16, 16, 1], data: new Uint8Array(256).fill(90) },
    seconds: column(Float32Array.of(0), 1),
    adapt: column(Float32Array.of(0), 1),
    scales: column(Float32Array.of(1, 1, 1), 1, 3),
  });
  expect(Number.isFinite(valuesOf(outputs, 'score')[0])).toBe(true);
});

test('a light that is switched is neither motion nor another scene', async () => {
  const steady = await play([seen(), seen(), seen()]);
  const switched = await play([seen(), seen(), seen((level) => 0.6 * level + 25)]);
  expect(speedOf(switched[2])).toBeLessThan(speedOf(steady[2]) + 0.3);
  expect(valuesOf(switched[2], 'changed')[0]).toBeLessThan(0.1);
});

const passer = (left: number) => (level: number, x: number, y: number) =>
  x >= left && x < left + 14 && y >= 40 && y < 60 ? 235 : level;

test('what moves is seen where it is, and faster motion scores higher', async () => {
  const slow = await play([0, 1, 2, 3].map((step) => seen(passer(40 + step))));
  const fast = await play([0, 4, 8, 12].map((step) => seen(passer(40 + step))));
  expect(speedOf(fast[3])).toBeGreaterThan(1.5 * speedOf(slow[3]));
  const map = valuesOf(fast[3], 'score_map');
  const peak = map.indexOf(Math.max(...map));
  const cols = width / 4;
  expect(Math.abs((peak % cols) * 4 - 56)).toBeLessThan(24);
  expect(Math.abs(Math.floor(peak / cols) * 4 - 50)).toBeLessThan(20);
});

test('what is put down is present for as long as it stays, without moving', async () => {
  const frames = Array.from({ length: 60 }, () => seen(passer(40)));
  const outputs = await play(frames);
  const presence = outputs.map((each) => valuesOf(each, 'channel_scores')[2]!);
  expect(presence[59]).toBeGreaterThan(3 * presence[5]!);
  const emptied = await play(Array.from({ length: 60 }, () => seen()));
  expect(presence[59]).toBeGreaterThan(10 * valuesOf(emptied[59], 'channel_scores')[2]!);
});

test('who walks by is present for less than what stands where he passes', async () => {
  const frames = (left: (step: number) => number) => Array.from({ length: 30 }, (_, step) => seen(passer(left(step))));
  const presenceOf = async (left: (step: number) => number): Promise<number> =>
    valuesOf((await play(frames(left))).at(-1), 'channel_scores')[2]!;
  expect(await presenceOf(() => 40)).toBeGreaterThan(2 * (await presenceOf((step) => 40 + (step % 2) * 3)));
});

test('a covered lens and a turned camera are another scene, a passer-by is not', async () => {
  const changedOf = async (frame: Uint8Array) => valuesOf((await play([frame]))[0], 'changed')[0]!;
  expect(await changedOf(seen(passer(40)))).toBeLessThan(0.3);
  // Black and white stripes over a sixth of the picture have more contrast than all the rest.
  const van = seen((level, x, y) => (x >= 40 && x < 80 && y >= 30 && y < 80 ? 250 * (Math.floor(x / 5) % 2) : level));
  expect(await changedOf(van)).toBeLessThan(0.35);
  expect(await changedOf(seen(() => 40))).toBeGreaterThan(0.5);
  const turned = seen((_, x, y) => scene[Math.min(y + 9, height - 1) * width + ((x + 25) % width)]!);
  expect(await changedOf(turned)).toBeGreaterThan(0.5);
});

test('the background follows by the step it is given, and by no more', async () => {
  const [outputs] = await play([seen(passer(40))], 0.5);
  const moved = valuesOf(outputs, 'next_background').map((level, at) => level - scene[at]!);
  expect(Math.max(...moved)).toBeCloseTo(0.5, 4);
  const [still] = await play([seen(passer(40))], 0);
  expect(valuesOf(still, 'next_background')).toEqual([...scene]);
});

test('the light of the background follows the light of the frames', async () => {
  const dimmed = seen((level) => 0.6 * level + 25);
  const outputs = await play(
    Array.from({ length: 200 }, () => dimmed),
    0.01,
  );
  const background = valuesOf(outputs.at(-1), 'next_background');
  const error = background.reduce((sum, level, at) => sum + Math.abs(level - dimmed[at]!), 0) / background.length;
  expect(error).toBeLessThan(3);
});

test('frames of several cameras in one run give what each gives alone', async () => {
  const [one, other] = [seen(passer(20)), seen((level) => 0.8 * level)];
  const twice = (name: string): Tensor => {
    const { shape, data } = start[name] as Tensor & { readonly data: Float32Array };
    return column(Float32Array.from([...data, ...data]), 2, ...shape.slice(1));
  };
  const together = await runOnnx(graph, {
    background: twice('background'),
    previous: twice('previous'),
    presence: twice('presence'),
    frames: { type: 'uint8', shape: [2, height, width, 1], data: Uint8Array.from([...one, ...other]) },
    seconds: column(new Float32Array(2), 2),
    adapt: column(new Float32Array(2), 2),
    scales: column(new Float32Array(6).fill(1), 2, 3),
  });
  const alone = [...(await play([one])), ...(await play([other]))];
  for (const name of ['score', 'changed', 'channel_scores'])
    expect(valuesOf(together, name).map((value) => Math.fround(value).toFixed(3))).toEqual(
      alone.flatMap((each) => valuesOf(each, name)).map((value) => Math.fround(value).toFixed(3)),
    );
});

test('colour pictures are scored by their brightness', async () => {
  const bytes = seen();
  const colour = Uint8Array.from({ length: 3 * bytes.length }, (_, at) => bytes[Math.floor(at / 3)]!);
  const outputs = await runOnnx(motionGraph(model, 3), {
    ...start,
    frames: { type: 'uint8', shape: [1, height, width, 3], data: colour },
    seconds: column(Float32Array.of(0), 1),
    adapt: column(Float32Array.of(0), 1),
    scales: column(Float32Array.of(1, 1, 1), 1, 3),
  });
  expect(meanError(outputs)).toBeLessThan(2.5);
});
