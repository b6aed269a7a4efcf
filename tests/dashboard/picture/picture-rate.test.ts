import { PictureRate } from '../../../src/dashboard/picture/picture-rate.ts';

test('pictures and bits a second over the last three seconds', () => {
  const rate = new PictureRate();
  for (let at = 0; at <= 10_000; at += 100) rate.add(at, at < 5000 ? 9999 : 1000);
  const { picturesPerSecond, bitsPerSecond } = rate.at(10_000);
  expect(picturesPerSecond).toBeCloseTo(10, 0);
  expect(bitsPerSecond / picturesPerSecond).toBe(8000);
});

test('nothing after a pause, or after it was cleared', () => {
  const rate = new PictureRate();
  rate.add(0, 1000);
  expect(rate.at(5000)).toEqual({ picturesPerSecond: 0, bitsPerSecond: 0 });
  rate.add(5000, 1000);
  rate.clear();
  expect(rate.at(5000).picturesPerSecond).toBe(0);
});
