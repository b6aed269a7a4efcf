import { followScales } from '../../src/task/follow-scales.ts';

const second = 1;
const play = (scales: ReturnType<typeof followScales>, scores: readonly number[], seconds: number, alarms = false) => {
  for (let at = 0; at < seconds; at++) scales.next(Float32Array.from(scores), second, alarms);
};

test('scales of motion follow what is normal now, that of presence lags behind', () => {
  const scales = followScales([10, 10, 10]);
  play(scales, [15, 15, 15], 30);
  const [expectation, speed, presence] = scales.values;
  expect(expectation).toBeGreaterThan(14.5);
  expect(speed).toBe(expectation);
  expect(presence).toBeLessThan(10.7);
});

test('a score at its 99 % quantile leaves the scale where it is', () => {
  const scales = followScales([10, 10, 10]);
  for (let round = 0; round < 50; round++) {
    play(scales, [20, 20, 20], 1);
    play(scales, [5, 5, 5], 99);
  }
  for (const value of scales.values) expect(value / 10).toBeCloseTo(1, 1);
});

test('what alarms for a minute raises no scale by more than 6 %', () => {
  const scales = followScales([10, 10, 10]);
  play(scales, [90, 90, 90], 60, true);
  for (const value of scales.values) expect([value > 10.3, value <= 10.62]).toEqual([true, true]);
});

test('scales stay within 0.7 and 2.5 of their calibration', () => {
  const scales = followScales([1, 10, 100]);
  play(scales, [1e6, 1e6, 1e6], 100_000);
  expect(scales.values).toEqual([2.5, 25, 250]);
  play(scales, [0, 0, 0], 1_000_000);
  for (const [at, start] of [1, 10, 100].entries()) expect(scales.values[at]).toBeCloseTo(0.7 * start);
});

test('presence never sinks below what the shadows of another hour are', () => {
  const scales = followScales([4, 4, 2.5]);
  for (let second = 0; second < 100_000; second++) scales.next(Float32Array.of(0, 0, 0), 1, false);
  expect(scales.values[0]).toBeCloseTo(0.7 * 4, 6);
  expect(scales.values[2]).toBe(2.5);
});
