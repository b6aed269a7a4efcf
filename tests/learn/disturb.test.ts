import { disturb, grainOf } from '../../src/learn/disturb.ts';
import { randomSource } from '../../src/model/random.ts';

const side = 32;
const flat = (level: number) => ({ width: side, height: side, data: new Uint8Array(side * side).fill(level) });
const clean = flat(100);
/** Stripes that run along `angle`. */
const striped = (angle: number) => ({
  width: side,
  height: side,
  data: Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    return 100 + 60 * Math.sin(x * Math.sin(angle) - y * Math.cos(angle));
  }),
});

const many = (count: number, seed = 1) => {
  const random = randomSource(seed);
  return Array.from({ length: count }, () => disturb(clean, flat(160), random));
};
const markedShare = (marks: Uint8Array): number => marks.filter((share) => share > 0).length / marks.length;

test('draws marks into most pictures, leaves some, and never the picture it was given', () => {
  const shares = many(400).map(({ marks }) => markedShare(marks));
  const untouched = shares.filter((share) => share === 0).length;
  expect(untouched).toBeGreaterThan(400 * 0.2);
  expect(untouched).toBeLessThan(400 * 0.5);
  expect(clean.data.every((level) => level === 100)).toBe(true);
});

test('says which pixels it drew on, and leaves all others as they were', () => {
  const changes = many(100).flatMap(({ frames, marks }) =>
    [...marks].map((share, at) => ({ share, change: Math.abs(frames[at]! - 100) })),
  );
  // A share of less than half of 1/255 is not told, and changes less than a level.
  const untold = changes.filter(({ share, change }) => share === 0 && change > 1);
  expect(untold).toEqual([]);
  const covered = changes.filter(({ share }) => share > 200);
  // Of two marks over each other one may take back what the other did.
  expect(covered.filter(({ change }) => change > 3).length).toBeGreaterThan(0.98 * covered.length);
});

test('marks are small beside the picture, more often darker than brighter, and some are pixels of the other picture', () => {
  const pictures = many(400);
  const mean = pictures.reduce((sum, { marks }) => sum + markedShare(marks), 0) / pictures.length;
  expect(mean).toBeGreaterThan(0.02);
  expect(mean).toBeLessThan(0.4);
  const levels = pictures.flatMap(({ frames }) => [...frames]);
  const [darker, brighter] = [levels.filter((level) => level < 90), levels.filter((level) => level > 110)];
  expect(darker.length).toBeGreaterThan(brighter.length);
  expect(brighter.length).toBeGreaterThan(0);
  expect(levels.some((level) => level < 40)).toBe(true);
  expect(levels.some((level) => level > 180)).toBe(true);
});

test.each([0.3, 1.2, Math.PI / 2, 2.5])('finds that the texture runs along %f radians', (angle) => {
  const off = Math.abs(grainOf(striped(angle)) - angle) % Math.PI;
  expect(Math.min(off, Math.PI - off)).toBeLessThan(0.1);
});

test('strokes run along the texture more often than across it', () => {
  const random = randomSource(3);
  const runs = { along: 0, across: 0 };
  for (let drawn = 0; drawn < 300; drawn++) {
    const { marks } = disturb(striped(Math.PI / 2), flat(160), random);
    for (let at = side; at < marks.length - side; at++) {
      if (marks[at]! < 128) continue;
      if (marks[at - side]! >= 128 && marks[at + side]! >= 128) runs.along++;
      if (at % side > 0 && at % side < side - 1 && marks[at - 1]! >= 128 && marks[at + 1]! >= 128) runs.across++;
    }
  }
  expect(runs.along).toBeGreaterThan(1.1 * runs.across);
});

test('the same seed draws the same marks, another seed others', () => {
  expect(many(5)).toEqual(many(5));
  expect(many(5)).not.toEqual(many(5, 2));
});
