import { crop } from '../../src/core/crop.ts';

const picture = Uint8Array.from({ length: 5 * 4 }, (_, at) => at);

test('a rectangle of a picture', () => {
  expect([...crop(picture, 5, { left: 2, top: 1, width: 3, height: 2 })]).toEqual([7, 8, 9, 12, 13, 14]);
});

test('is a copy', () => {
  const part = crop(picture, 5, { left: 0, top: 0, width: 5, height: 4 });
  expect([...part]).toEqual([...picture]);
  expect(part.buffer).not.toBe(picture.buffer);
});
