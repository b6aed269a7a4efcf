import { normalSource } from '../../src/model/normal-random.ts';
import { randomSource } from '../../src/model/random.ts';
import { addNoise, gaussianNoise } from '../../src/learn/add-noise.ts';
import { fitNoise, NoiseEstimate, spatialNoise } from '../../src/task/noise-estimate.ts';

const normal = normalSource(randomSource(3));
/** Cells of 16 pixels: their brightness and the mean of their squared noise. */
const cells = (a: number, b2: number, moving = 0) => {
  const random = randomSource(7);
  const levels: number[] = [];
  const variances: number[] = [];
  for (let cell = 0; cell < 1500; cell++) {
    const level = 0.05 + 0.9 * random();
    let sum = 0;
    for (let pixel = 0; pixel < 16; pixel++) sum += (a * level + b2) * normal() ** 2;
    levels.push(level);
    variances.push(random() < moving ? 0.05 : sum / 16);
  }
  return { levels: Float32Array.from(levels), variances: Float32Array.from(variances) };
};
const deviationAt = ({ a, b2 }: { readonly a: number; readonly b2: number }, level: number): number =>
  255 * Math.sqrt(a * level + b2);

test.each([
  ['of one strength everywhere', 0, (20 / 255) ** 2],
  ['of a sensor: more where it is brighter', 2 / 255, (4 / 255) ** 2],
])('finds noise %s closely', (_name, a, b2) => {
  const { levels, variances } = cells(a, b2, 0.2);
  const found = fitNoise(levels, variances, { share: 0.4, value: 0.868 })!;
  for (const level of [0.2, 0.5, 0.8])
    expect(Math.abs(deviationAt(found, level) / deviationAt({ a, b2 }, level) - 1)).toBeLessThan(0.12);
});

test('what is cut off at black makes noise of one strength no weaker', () => {
  const random = randomSource(9);
  const sigma = 50 / 255;
  const pixel = (level: number): number => Math.min(1, Math.max(0, level + sigma * normal()));
  const places = Array.from({ length: 2000 }, () => {
    const level = 0.04 + 0.5 * random();
    const seen = Array.from({ length: 16 }, () => pixel(level));
    const mean = Array.from({ length: 400 }, () => pixel(level)).reduce((sum, value) => sum + value / 400, 0);
    return { level, variance: seen.reduce((sum, value) => sum + (value - mean) ** 2 / 16, 0) };
  });
  const found = fitNoise(
    places.map(({ level }) => level),
    places.map(({ variance }) => variance),
    { share: 0.4, value: 0.868 },
  )!;
  for (const level of [0.1, 0.4]) expect(Math.abs(deviationAt(found, level) / 50 - 1)).toBeLessThan(0.12);
});

test('unknown cells and too few say nothing', () => {
  expect(fitNoise([0.5, 0.5], [0.01, 0.01], { share: 0.4, value: 1 })).toBeUndefined();
  expect(
    fitNoise(new Float32Array(100).fill(0.5), new Float32Array(100).fill(-1), { share: 0.4, value: 1 }),
  ).toBeUndefined();
});

test.each([5, 15, 30, 50])('a first guess from one picture, sigma %d', (sigma) => {
  const [width, height] = [320, 240];
  const clean = Float32Array.from({ length: width * height }, (_, at) => 110 + 50 * Math.sin((at % width) / 25));
  const data = addNoise(clean, gaussianNoise(sigma), normal);
  const found = deviationAt(spatialNoise({ data, width, height, format: 'gray' }), 0.45);
  expect(found / sigma).toBeGreaterThan(0.85);
  expect(found / sigma).toBeLessThan(1.15);
});

const [width, height] = [160, 120];
const scene = Float32Array.from({ length: width * height }, (_, at) => 110 + 40 * Math.sin((at % width) / 25));
const pictureOf = (sigma: number, shown = scene) => ({
  data: addNoise(shown, { a: 0, b2: (sigma / 255) ** 2 }, normal),
  width,
  height,
  format: 'gray' as const,
});

test('begins with a guess from the first frame, and follows what the average says', () => {
  const estimate = new NoiseEstimate();
  expect(estimate.noise).toBeUndefined();
  estimate.see(pictureOf(10));
  expect(deviationAt(estimate.noise!, 0.5) / 10).toBeGreaterThan(0.8);
  const update = (sigma: number, frames: number): number => {
    for (let frame = 0; frame < frames; frame++) {
      const { levels, variances } = cells(0, (sigma / 255) ** 2);
      estimate.update(levels, variances);
    }
    return deviationAt(estimate.noise!, 0.5);
  };
  expect(update(20, 1)).toBeGreaterThan(18);
  update(20, 20);
  expect(update(40, 1)).toBeLessThan(25);
  expect(update(40, 60)).toBeGreaterThan(37);
});

test('noise that an encoder repeats until its next key frame is found between the groups', () => {
  const estimate = new NoiseEstimate();
  let group = pictureOf(16);
  for (let frame = 0; frame < 90; frame++) {
    if (frame % 30 === 0) group = pictureOf(16);
    estimate.see(group);
    // What the average sees of it is little.
    const { levels, variances } = cells(0, (3 / 255) ** 2);
    estimate.update(levels, variances);
  }
  expect(deviationAt(estimate.noise!, 0.5) / 16).toBeGreaterThan(0.85);
  expect(deviationAt(estimate.noise!, 0.5) / 16).toBeLessThan(1.3);
});

test('a camera that moves is not taken for noise', () => {
  const estimate = new NoiseEstimate();
  const views = Array.from({ length: 5 }, (_, view) =>
    Float32Array.from({ length: width * height }, (_pixel, at) => 110 + 60 * Math.sin((at + 40 * view) / (5 + view))),
  );
  for (let frame = 0; frame < 100; frame++) estimate.see(pictureOf(2, views[Math.floor(frame / 20)]));
  expect(deviationAt(estimate.noise!, 0.5)).toBeLessThan(8);
});
