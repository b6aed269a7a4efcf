import { randomSource } from '../../../src/model/random.ts';
import { normalSource } from '../../../src/model/normal-random.ts';
import { addNoise, gaussianNoise } from '../../../src/learn/add-noise.ts';
import { ownSamples } from '../../../src/learn/denoising/own-samples.ts';
import { footageOf } from './footage.ts';

const [width, height, count] = [48, 40, 120];
const sigma = 16;
const scene = Uint8Array.from({ length: width * height }, (_, at) => 70 + ((at * 13) % 90));
const normal = normalSource(randomSource(4));
/** In the right half something moves all the time. */
const frames = Array.from({ length: count }, (_, frame) => {
  const clean = scene.slice();
  for (let y = 0; y < height; y++) clean.fill(240, y * width + 28 + (frame % 16), y * width + 32 + (frame % 16));
  return addNoise(clean, gaussianNoise(sigma), normal);
});
const footage = footageOf(frames, width, height);
const shape = { size: 16, frames: 4 };

test('measures the noise of what does not move', () => {
  const { noise } = ownSamples(footage, shape, 0);
  const deviation = 255 * Math.sqrt(noise.a * 0.45 + noise.b2);
  expect(deviation / sigma).toBeGreaterThan(0.9);
  expect(deviation / sigma).toBeLessThan(1.15);
});

test('what is to come out is the scene without its noise, and what goes in has the noise', () => {
  const { make } = ownSamples(footage, shape, 0.5);
  const random = randomSource(9);
  const errors: number[] = [];
  let warm = 0;
  for (let sample = 0; sample < 40; sample++) {
    const { clean, noisy, warm: state } = make(random);
    expect(clean).toHaveLength(4 * 16 * 16);
    expect(noisy).toHaveLength(4 * 16 * 16);
    const squares = Array.from(noisy, (level, at) => (level - clean[at]!) ** 2);
    errors.push(Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length));
    if (!state) continue;
    warm++;
    expect(state.average).toHaveLength(16 * 16);
    expect(state.variance).toBeLessThanOrEqual(1);
  }
  expect(warm).toBeGreaterThan(8);
  expect(warm).toBeLessThan(32);
  // Not less: then it would be asked to keep noise; not more: then something moved that counts as still.
  for (const error of errors) {
    expect(error).toBeGreaterThan(0.8 * sigma);
    expect(error).toBeLessThan(1.3 * sigma);
  }
});

test('too little footage is refused', () => {
  expect(() => ownSamples({ ...footage, count: 99 }, shape, 0)).toThrow(
    'Expected at least 100 frames to learn the noise from, found 99',
  );
});
