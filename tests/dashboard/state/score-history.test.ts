import { axisTop, columnsOf, ScoreHistory } from '../../../src/dashboard/state/score-history.ts';

test('the score axis always shows the threshold, and the highest score', () => {
  expect(axisTop(0)).toBe(1.5);
  expect(axisTop(0.2)).toBe(1.5);
  expect(axisTop(40)).toBeGreaterThan(40);
});

test('keeps what is not too old, and no more', () => {
  const history = new ScoreHistory(10_000);
  for (let time = 0; time <= 60_000; time += 100) history.add(time, 0.5);
  expect(history.points.at(-1)).toEqual([60_000, 0.5]);
  const [first] = history.points.at(0) ?? [0];
  expect(first).toBeGreaterThanOrEqual(60_000 - 11_000);
  expect(first).toBeLessThanOrEqual(60_000 - 10_000);
});

test('begins anew when the clock of the server was set back', () => {
  const history = new ScoreHistory(10_000);
  history.add(50_000, 0.1);
  history.add(20_000, 0.2);
  expect(history.points).toEqual([[20_000, 0.2]]);
});

test('a pause is a gap in the curve', () => {
  expect(
    columnsOf([
      [0, 0.1],
      [1000, 0.2],
      [11_000, 0.3],
    ]),
  ).toEqual([
    [0, 1, 6, 11],
    [0.1, 0.2, null, 0.3],
  ]);
});
