import { randomBetween, randomInteger, randomItem, randomSource } from '../../src/model/random.ts';

test('whole numbers are drawn from the lowest to below the highest, all of them', () => {
  const random = randomSource(1);
  const drawn = new Set(Array.from({ length: 200 }, () => randomInteger(random, -3, 4)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
});

test('every item is drawn', () => {
  const random = randomSource(2);
  expect(new Set(Array.from({ length: 100 }, () => randomItem(random, ['a', 'b', 'c']))).size).toBe(3);
});

test('numbers lie between their limits', () => {
  const random = randomSource(3);
  const drawn = Array.from({ length: 500 }, () => randomBetween(random, 2, 5));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(2);
  expect(Math.min(...drawn)).toBeLessThan(2.1);
  expect(Math.max(...drawn)).toBeGreaterThan(4.9);
  expect(Math.max(...drawn)).toBeLessThan(5);
});
