import { ssim } from '../../src/learn/ssim.ts';

const size = { width: 40, height: 30 };
const picture = (level: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: size.width * size.height }, (_, at) => level(at % size.width, Math.floor(at / size.width)));
const pattern = (x: number, y: number): number => (x * x * 3 + y * 7) % 256;

test('a picture is like itself', () => {
  expect(ssim(picture(pattern), picture(pattern), size)).toBeCloseTo(1, 12);
});

test('of flat pictures only the brightness counts, by the formula', () => {
  const c1 = 2.55 ** 2;
  const expected = (2 * 100 * 110 + c1) / (100 ** 2 + 110 ** 2 + c1);
  expect(
    ssim(
      picture(() => 100),
      picture(() => 110),
      size,
    ),
  ).toBeCloseTo(expected, 12);
});

test('the mean of all windows is the one that the formula gives, written out in numpy', () => {
  const other = (x: number, y: number): number =>
    Math.min(255, Math.max(0, pattern(x, y) + ((x * 13 + y * 29) % 41) - 20));
  expect(ssim(picture(pattern), picture(other), size)).toBeCloseTo(0.9863870183350152, 10);
});
