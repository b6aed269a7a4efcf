import type { Session } from '../../src/core/engine.ts';
import type { Tensors } from '../../src/core/tensor.ts';
import { logOddsOf } from '../../src/task/defect-map.ts';
import { markImage, patchSamples } from '../../src/learn/patches.ts';
import { randomSource } from '../../src/model/random.ts';

/** Each pixel has a level of its own place. */
const gradient = (width: number, height: number) => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height }, (_, at) => 3 * (at % width) + 2 * Math.floor(at / width)),
});

/** A model that adds 10 to each pixel. */
const brighter = (seen: number[][]): Session => ({
  run: async ({ frames }: Tensors): Promise<Tensors> => {
    seen.push([...frames!.shape]);
    return { denoised: { type: 'uint8', shape: frames!.shape, data: (frames!.data as Uint8Array).map((x) => x + 10) } };
  },
  release: async () => undefined,
});

test.each([
  [16, 16, 1],
  [40, 16, 4],
  [37, 21, 8],
])('an image of %i x %i is put together from %i squares without seams', async (width, height, squares) => {
  const seen: number[][] = [];
  const image = gradient(width, height);
  const marked = await markImage(brighter(seen), image, 16);
  expect(seen).toEqual([[squares, 16, 16, 1]]);
  expect(marked).toHaveLength(width * height);
  for (const [at, value] of marked.entries()) expect(value).toBeCloseTo(logOddsOf(image.data[at]! + 10), 3);
});

test('samples are squares of the images beside what was drawn into them, as many as cover the images once', () => {
  const samples = patchSamples([gradient(40, 20), gradient(16, 16)], 16, randomSource(1));
  expect(samples.count).toBe(4 + 1);
  const { frames, target } = samples.batch([0, 1, 2, 3]);
  expect(frames?.shape).toEqual([4, 16, 16, 1]);
  expect(target?.shape).toEqual([4, 16, 16, 1]);
  const [seen, marks] = [frames!.data as Uint8Array, target!.data as Uint8Array];
  expect(marks.some((share) => share > 128)).toBe(true);
  // Where nothing is drawn, the ramp of the image goes on.
  for (let at = 0; at < seen.length; at++)
    if (at % 16 > 0 && marks[at] === 0 && marks[at - 1] === 0) expect(seen[at]! - seen[at - 1]!).toBe(3);
});

test('the rim of an image is seen about half as often as its middle', () => {
  const width = 64;
  const columns = { width, height: 16, data: Uint8Array.from({ length: width * 16 }, (_, at) => at % width) };
  const samples = patchSamples([columns], 16, randomSource(1), { count: 800 });
  const { frames, target } = samples.batch(Array.from({ length: 800 }, (_, index) => index));
  const seen = new Float64Array(width);
  for (const [at, level] of (frames!.data as Uint8Array).entries())
    if ((target!.data as Uint8Array)[at] === 0) seen[level]!++;
  const middle = seen.subarray(24, 40).reduce((sum, count) => sum + count, 0) / 16;
  for (const column of [0, 1, width - 2, width - 1]) expect(seen[column]! / middle).toBeGreaterThan(0.3);
});

test('samples to judge by are the same every time, others never', () => {
  const random = randomSource(1);
  const judged = patchSamples([gradient(40, 40)], 16, random, { count: 6 });
  expect(judged.count).toBe(6);
  expect(judged.batch([2, 5])).toEqual(judged.batch([2, 5]));
  const drawn = patchSamples([gradient(40, 40)], 16, random);
  expect(drawn.batch([2, 5])).not.toEqual(drawn.batch([2, 5]));
});
