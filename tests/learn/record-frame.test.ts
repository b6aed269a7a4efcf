import { peaksOf } from '../../src/learn/record-frame.ts';

test('peaks are the highest scores, three seconds apart', () => {
  const scores = [0, 5, 9, 8, 0, 7, 0, 0, 3];
  expect(peaksOf(scores, 1, 3)).toEqual([2, 5, 8]);
  expect(peaksOf(scores, 1, 1)).toEqual([2]);
  expect(peaksOf(scores, 0.3, 4)).toEqual([2, 3, 5, 1]);
  expect(peaksOf([], 1, 3)).toEqual([]);
});
