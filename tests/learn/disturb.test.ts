import { disturb } from '../../src/learn/disturb.ts';
import { randomSource } from '../../src/model/random.ts';

const side = 32;
const flat = (level: number) => ({ width: side, height: side, data: new Uint8Array(side * side).fill(level) });
const clean = flat(100);

const many = (count: number, seed = 1): Uint8Array[] => {
  const random = randomSource(seed);
  return Array.from({ length: count }, () => disturb(clean, flat(160), random));
};
const changedShare = (picture: Uint8Array): number => picture.filter((level) => level !== 100).length / picture.length;

test('draws marks into most pictures, leaves some, and never the picture it was given', () => {
  const shares = many(400).map(changedShare);
  const untouched = shares.filter((share) => share === 0).length;
  expect(untouched).toBeGreaterThan(400 * 0.15);
  expect(untouched).toBeLessThan(400 * 0.35);
  expect(clean.data.every((level) => level === 100)).toBe(true);
});

test('marks are small beside the picture, brighter and darker, and some are pixels of the other picture', () => {
  const pictures = many(400);
  const mean = pictures.reduce((sum, picture) => sum + changedShare(picture), 0) / pictures.length;
  expect(mean).toBeGreaterThan(0.02);
  expect(mean).toBeLessThan(0.4);
  const levels = pictures.flatMap((picture) => [...picture]);
  expect(levels.some((level) => level < 40)).toBe(true);
  expect(levels.some((level) => level > 160)).toBe(true);
});

test('the same seed draws the same marks, another seed others', () => {
  expect(many(5)).toEqual(many(5));
  expect(many(5)).not.toEqual(many(5, 2));
});
