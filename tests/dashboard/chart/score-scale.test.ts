import { shareOf } from '../../../src/dashboard/chart/marks.ts';
import { scalePlace } from '../../../src/dashboard/chart/score-scale.ts';

test('the scale is even up to the threshold, then closer and closer, and never ends', () => {
  expect(scalePlace(0.5)).toBeCloseTo(scalePlace(1) / 2);
  expect(scalePlace(-3)).toBe(0);
  const places = [1, 1.1, 2, 5, 50].map(scalePlace);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(new Set(places).size).toBe(5);
  expect(places.at(-1)).toBeLessThan(1);
});

test.each([
  [{ from: 10, to: 20 }, [0.1, 0.2]],
  [{ from: -50, to: 50 }, [0, 0.5]],
  [{ from: 90, to: null }, [0.9, 1]],
  [{ from: -20, to: -10 }, undefined],
  [{ from: 110, to: 120 }, undefined],
])('of 0 to 100 the mark %j takes %j', (mark, share) => expect(shareOf(mark, 0, 100)).toEqual(share));
