import { levelled } from '../../src/learn/level.ts';

const image = (levels: readonly number[]) => ({ width: levels.length, height: 1, data: Uint8Array.from(levels) });

test('brings an image to a mean of 100, whatever its exposure', () => {
  const [dark, bright] = [image([10, 20, 30]), image([60, 120, 180])].map(levelled);
  expect([...dark!.data]).toEqual([50, 100, 150]);
  expect(dark!.data).toEqual(bright!.data);
});

test('clips what is much brighter than the mean, and leaves black images black', () => {
  expect([...levelled(image([0, 0, 0, 40])).data]).toEqual([0, 0, 0, 255]);
  expect([...levelled(image([0, 0])).data]).toEqual([0, 0]);
});
