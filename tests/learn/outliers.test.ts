import { distributionOf, outlierThreshold } from '../../src/learn/outliers.ts';
import { randomSource } from '../../src/model/random.ts';

test('a distribution has its moments and quantiles', () => {
  expect(distributionOf([4, 1, 3, 2, 5])).toEqual({
    count: 5,
    mean: 3,
    std: Math.sqrt(2),
    p50: 3,
    p90: 4.6,
    p99: expect.closeTo(4.96, 10),
    max: 5,
  });
});

test('of exponential scores one in a hundred is above the threshold', () => {
  const random = randomSource(5);
  const draw = (count: number): number[] => Array.from({ length: count }, () => -Math.log(1 - random()));
  const { threshold, tail } = outlierThreshold(draw(2000), 100);
  // P(X > ln 100) = 1 / 100.
  expect(threshold).toBeGreaterThan(0.85 * Math.log(100));
  expect(threshold).toBeLessThan(1.15 * Math.log(100));
  expect(tail.scale).toBeCloseTo(1, 0);
});

test('a rarer outlier needs a higher score, and few images give a careful threshold', () => {
  const scores = Array.from({ length: 50 }, (_, index) => -Math.log(1 - (index + 0.5) / 50));
  const [often, seldom] = [20, 1000].map((oncePer) => outlierThreshold(scores, oncePer).threshold);
  expect(seldom!).toBeGreaterThan(often!);
  expect(seldom!).toBeGreaterThan(Math.log(1000));
});
