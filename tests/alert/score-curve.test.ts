import { ScoreCurve } from '../../src/alert/score-curve.ts';

test('keeps every score while there are few', () => {
  const curve = new ScoreCurve();
  for (let at = 0; at < 599; at++) curve.add([at, at / 1000]);
  expect(curve.points).toHaveLength(599);
  expect(curve.points[7]).toEqual([7, 0.007]);
});

test('never has more points than it may, in time order, and the highest and the newest score are among them', () => {
  const curve = new ScoreCurve(100);
  for (let at = 0; at < 10_000; at++) {
    curve.add([at, at === 4321 ? 9 : 0.5]);
    expect(curve.points.length).toBeLessThanOrEqual(100);
  }
  expect(curve.points.length).toBeGreaterThan(40);
  expect(curve.points).toContainEqual([4321, 9]);
  expect(curve.points.at(-1)![0]).toBe(9999);
  const times = curve.points.map(([at]) => at);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});
