import { exposed, lowLight, noiseKinds, noisyPictures } from '../../src/bench/denoise-noise.ts';

const variance = (pictures: readonly Uint8Array[], truth: number): number => {
  const all = pictures.flatMap((picture) => [...picture]);
  return all.reduce((sum, level) => sum + (level - truth) ** 2, 0) / all.length;
};

test('noise has the variance of its model, and is the same for the same seed', () => {
  const gray = [new Uint8Array(40_000).fill(100)];
  const sigma20 = noiseKinds[1]!;
  expect(Math.sqrt(variance(noisyPictures(gray, sigma20, 1), 100))).toBeCloseTo(20, 0);
  // a * x + b2 at brightness 100: 2 * 100 + 16 gray levels squared.
  expect(Math.sqrt(variance(noisyPictures(gray, lowLight, 1), 100))).toBeCloseTo(Math.sqrt(216), 0);
  expect(noisyPictures(gray, sigma20, 7)).toEqual(noisyPictures(gray, sigma20, 7));
  expect(noisyPictures(gray, sigma20, 7)).not.toEqual(noisyPictures(gray, sigma20, 8));
});

test('in the dark the truth is dark as well', () => {
  expect([...exposed(Uint8Array.of(0, 100, 255), lowLight)]).toEqual([0, 33, 84]);
});
