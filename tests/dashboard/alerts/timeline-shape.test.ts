import {
  bucketsOf,
  countText,
  lanesOf,
  spanText,
  ticksOf,
  tickText,
} from '../../../src/dashboard/alerts/timeline-shape.ts';

const data = {
  from: 1000,
  to: 1250,
  bucketMs: 100,
  cameras: {
    yard: { low: [1, 0, 0], medium: [0, 0, 0], high: [0, 2, 0] },
    door: { low: [1, 0, 0], medium: [3, 0, 1], high: [0, 0, 0] },
    calm: { low: [0, 0, 0], medium: [0, 0, 0], high: [0, 0, 0] },
  },
};

test('adds the cameras up, and the last bucket ends with the time', () => {
  expect(bucketsOf(data)).toEqual([
    { from: 1000, to: 1100, counts: { low: 2, medium: 3, high: 0 }, total: 5 },
    { from: 1100, to: 1200, counts: { low: 0, medium: 0, high: 2 }, total: 2 },
    { from: 1200, to: 1250, counts: { low: 0, medium: 1, high: 0 }, total: 1 },
  ]);
});

test('the lanes are the busiest cameras with their worst, and none that is calm', () => {
  expect(lanesOf(data, 5)).toEqual([
    { camera: 'door', total: 5, worst: ['medium', undefined, 'medium'] },
    { camera: 'yard', total: 3, worst: ['low', 'high', undefined] },
  ]);
  expect(lanesOf(data, 1)).toHaveLength(1);
});

test.each([1, 24, 24 * 7, 24 * 90])('the ticks of %d hours are few, round and inside', (hours) => {
  const from = new Date(2026, 10, 25, 9, 41, 7).getTime();
  const to = from + hours * 3_600_000;
  const ticks = ticksOf(from, to, 7);
  expect(ticks.length).toBeGreaterThan(2);
  expect(ticks.length).toBeLessThanOrEqual(8);
  for (const tick of ticks) {
    expect(tick >= from && tick < to).toBe(true);
    expect(new Date(tick).getMinutes() % 5).toBe(0);
    expect(new Date(tick).getSeconds()).toBe(0);
  }
});

test('says times and counts in words', () => {
  const at = (hour: number, day = 25): number => new Date(2026, 10, day, hour).getTime();
  expect([tickText(at(14)), tickText(at(0))]).toEqual(['14:00', 'Wed, Nov 25']);
  expect(spanText(at(14), at(15))).toBe('Wed, Nov 25, 14:00 to 15:00');
  expect(spanText(at(14, 24), at(15))).toBe('Tue, Nov 24, 14:00 to Wed, Nov 25, 15:00');
  expect(countText({ low: 1, medium: 0, high: 3 })).toBe('3 high, 1 low');
  expect(countText({ low: 0, medium: 0, high: 0 })).toBe('none');
});
