import { changes } from '../../src/bench/digit-changes.ts';
import { randomSource } from '../../src/model/random.ts';

const digit = Uint8Array.from({ length: 28 * 28 }, (_, at) => 50 + (at % 100));
const changed = (name: string): Uint8Array => changes[name]!(digit, randomSource(1));

test('four quarter turns give the digit back, one does not', () => {
  const turn = changes['rotated90']!;
  const random = randomSource(1);
  expect(turn(digit, random)).not.toEqual(digit);
  expect([1, 2, 3, 4].reduce<Uint8Array>((picture) => turn(picture, random), digit)).toEqual(digit);
});

test('a quarter turn moves the upper left corner to the upper right one', () => {
  const corner = new Uint8Array(28 * 28);
  corner[0] = 255;
  expect(changes['rotated90']!(corner, randomSource(1)).indexOf(255)).toBe(27);
});

test.each([
  ['occludedByGray', 128],
  ['occludedByBlack', 0],
])('%s hides a square of 10 x 10', (name, level) => {
  const places = [...changed(name).keys()].filter((at) => changed(name)[at] === level && digit[at] !== level);
  const [rows, cols] = [places.map((at) => Math.floor(at / 28)), places.map((at) => at % 28)];
  expect(Math.max(...rows) - Math.min(...rows)).toBe(9);
  expect(Math.max(...cols) - Math.min(...cols)).toBe(9);
});

test('inverted twice is as before; salt and pepper changes about a fifth of the pixels to black or white', () => {
  expect(changes['inverted']!(changed('inverted'), randomSource(1))).toEqual(digit);
  const hit = changed('saltAndPepper').filter((level, at) => level !== digit[at]);
  expect(hit.length / digit.length).toBeCloseTo(0.2, 1);
  expect(new Set(hit)).toEqual(new Set([0, 255]));
});
