import { excessExceededOncePer, fitTail } from '../../src/task/tail.ts';

/** Quantiles at the middles of `count` equal steps: a sample without sampling noise. */
const sample = (count: number, inverse: (p: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => inverse((index + 0.5) / count));

test('an exponential sample gives shape 0 and its mean as the scale', () => {
  const tail = fitTail(
    sample(2000, (p) => -3 * Math.log(1 - p)),
    Infinity,
  );
  expect(tail.shape).toBeCloseTo(0, 1);
  expect(tail.scale).toBeCloseTo(3, 0);
});

test('the shape and scale of a heavy tail are found again', () => {
  const tail = fitTail(
    sample(20_000, (p) => (2 / 0.2) * ((1 - p) ** -0.2 - 1)),
    Infinity,
  );
  expect(tail.shape).toBeCloseTo(0.2, 1);
  expect(tail.scale).toBeCloseTo(2, 1);
});

test.each([
  ['a bounded sample is taken as exponential', sample(500, (p) => p), 0],
  ['a sample heavier than a quarter is taken as a quarter', sample(500, (p) => (1 - p) ** -0.8 - 1), 0.25],
])('%s, with its mean kept', (_name, excesses, shape) => {
  const tail = fitTail(excesses, Infinity);
  const mean = excesses.reduce((sum, excess) => sum + excess, 0) / excesses.length;
  expect(tail.shape).toBe(shape);
  expect(tail.scale / (1 - tail.shape)).toBeCloseTo(mean, 6);
});

test.each([[[]], [[0, 0]], [[2]], [[2, 2, 2]]])('a degenerate sample %j still gives a finite tail', (excesses) => {
  const tail = fitTail(excesses, Infinity);
  expect(Number.isFinite(tail.shape) && Number.isFinite(tail.scale)).toBe(true);
});

test('one in a thousand excesses is above the level for a thousand', () => {
  const probability = ({ shape, scale }: { shape: number; scale: number }, excess: number): number =>
    shape === 0 ? Math.exp(-excess / scale) : (1 + (shape * excess) / scale) ** (-1 / shape);
  for (const tail of [
    { shape: 0, scale: 2 },
    { shape: 0.2, scale: 2 },
  ]) {
    expect(probability(tail, excessExceededOncePer(1000, tail))).toBeCloseTo(0.001, 9);
  }
  expect(excessExceededOncePer(0.5, { shape: 0.2, scale: 2 })).toBe(0);
});

test('the fewer independent events there were, the heavier the tail is taken to be', () => {
  const excesses = sample(500, (p) => -3 * Math.log(1 - p));
  const needed = [3, 10, 100].map((events) => excessExceededOncePer(1000, fitTail(excesses, events)));
  expect(needed).toEqual([...needed].sort((a, b) => b - a));
  expect(fitTail(excesses, 10).shape).toBe(0.1);
});
