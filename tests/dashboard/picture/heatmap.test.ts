import { heatColor } from '../../../src/dashboard/picture/heatmap.ts';

test('a heat map cell is clear up to half the threshold and grows redder and denser above', () => {
  const [calm, threshold, double] = [heatColor(64), heatColor(128), heatColor(255)];
  expect(calm[3]).toBe(0);
  expect(threshold[3]).toBeGreaterThan(100);
  expect(double[3]).toBeGreaterThan(threshold[3]);
  expect(double[1]).toBeLessThan(threshold[1]);
});
