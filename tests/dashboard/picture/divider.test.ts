import { movedByKey } from '../../../src/dashboard/picture/divider.ts';

test.each([
  [50, 'ArrowLeft', 49],
  [50, 'ArrowDown', 49],
  [50, 'ArrowRight', 51],
  [50, 'ArrowUp', 51],
  [50, 'PageUp', 60],
  [50, 'PageDown', 40],
  [50, 'Home', 0],
  [50, 'End', 100],
  [0, 'ArrowLeft', 0],
  [95, 'PageUp', 100],
  [50, 'Tab', undefined],
])('from %d %% the key %s goes to %s', (percent, key, expected) => {
  expect(movedByKey(percent, key)).toBe(expected);
});
