import { addNoise, gaussianNoise } from '../../src/learn/add-noise.ts';
import { psnrOf, squaredError } from '../../src/learn/psnr.ts';
import { normalSource } from '../../src/model/normal-random.ts';
import { randomSource } from '../../src/model/random.ts';

test('noise has the deviation asked for', () => {
  const gray = new Uint8Array(10_000).fill(128);
  const errors = Array.from(
    addNoise(gray, gaussianNoise(25.5), normalSource(randomSource(1))),
    (level) => (level - 128) / 255,
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
  expect(mean).toBeCloseTo(0, 2);
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
});

test('the PSNR of noise is that of its deviation', () => {
  const gray = new Uint8Array(10_000).fill(128);
  const disturbed = addNoise(gray, gaussianNoise(10), normalSource(randomSource(2)));
  expect(psnrOf(squaredError(gray, disturbed))).toBeCloseTo(20 * Math.log10(255 / 10), 0);
});
