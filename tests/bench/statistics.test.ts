import { median, rounded } from '../../src/bench/statistics.ts';
import { quantileOf } from '../../src/task/threshold.ts';

test.each([
  ['the least value', 0, 1],
  ['a value of the list', 0.25, 2],
  ['linear between neighbours', 0.6, 3.4],
  ['the greatest value', 1, 5],
])('a quantile is %s', (_name, share, expected) => {
  expect(quantileOf([5, 1, 4, 2, 3], share)).toBeCloseTo(expected, 12);
});

test('orders by size, not by spelling, and leaves the list as it was', () => {
  const values = [10, 9, 100];
  expect(median(values)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([1, 2, 4, 8])).toBe(3);
});

test('without values there is no quantile, and one value is every quantile', () => {
  expect(median([])).toBeNaN();
  expect([0, 0.3, 1].map((share) => quantileOf([7], share))).toEqual([7, 7, 7]);
});

test.each([
  [1234.56, 1235],
  [0.00123456, 0.001235],
  [-98_764, -98_760],
  [0, 0],
])('%d is shown as %d', (value, expected) => {
  expect(rounded(value)).toBe(expected);
});
