import { waitMs } from '../../src/notify/retry-wait.ts';

test('waits from 5 s, doubled, up to an hour, in the upper half of that', () => {
  expect([0, 1, 2, 9, 10, 1000].map((earlier) => waitMs(earlier, 1))).toEqual([
    5000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000,
  ]);
  expect([0, 1].map((earlier) => waitMs(earlier, 0))).toEqual([2500, 5000]);
});
