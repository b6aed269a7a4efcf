import { padded, paddedShape, unpadded } from '../../src/media/pad.ts';

test('sides become divisible by 8', () => {
  expect(paddedShape({ width: 17, height: 8, format: 'gray' })).toEqual({ width: 24, height: 8, format: 'gray' });
});

test('the last column and row are repeated, and taken off again', () => {
  const shape = { width: 2, height: 2, format: 'rgb24' } as const;
  const picture = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const larger = padded(picture, shape, { ...shape, width: 3, height: 3 });
  expect([...larger]).toEqual([
    ...[1, 2, 3, 4, 5, 6, 4, 5, 6],
    ...[7, 8, 9, 10, 11, 12, 10, 11, 12],
    ...[7, 8, 9, 10, 11, 12, 10, 11, 12],
  ]);
  expect(unpadded(larger, { ...shape, width: 3, height: 3 }, shape)).toEqual(picture);
});

test('a picture that fits already is not copied', () => {
  const shape = { width: 8, height: 8, format: 'gray' } as const;
  const picture = new Uint8Array(64);
  expect(padded(picture, shape, shape)).toBe(picture);
  expect(unpadded(picture, shape, shape)).toBe(picture);
});
