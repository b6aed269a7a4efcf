import { findingsOf, logOddsOf } from '../../src/task/defect-map.ts';

const size = { width: 80, height: 64 };
const unmarked = (): Float32Array => new Float32Array(size.width * size.height).fill(-5);
const marked = (isMarked: (x: number, y: number) => boolean, value: number): Float32Array =>
  unmarked().map((level, at) => (isMarked(at % size.width, Math.floor(at / size.width)) ? value : level));

test('where nothing is marked nothing stands out', () => {
  const { spot, line } = findingsOf(unmarked(), size);
  expect([spot, line]).toEqual([-5, -5]);
});

test('a small sure spot stands out as a spot, and hardly as a line', () => {
  const { spot, line } = findingsOf(
    marked((x, y) => Math.hypot(x - 40, y - 30) < 4, 4),
    size,
  );
  expect(spot).toBe(4);
  expect(line).toBeLessThan(-2);
});

test.each([
  ['down', (x: number, y: number) => Math.abs(x - 40.5) <= 1 && y > 8 && y < 60],
  ['across', (x: number, y: number) => Math.abs(y - 30.5) <= 1 && x > 10 && x < 70],
  ['aslant', (x: number, y: number) => Math.abs(x - y - 8) <= 2 && y > 4 && y < 60],
])('a long faint line %s stands out as a line more than any spot as faint', (_where, isMarked) => {
  const line = findingsOf(marked(isMarked, -1), size);
  const blob = findingsOf(
    marked((x, y) => Math.hypot(x - 40, y - 30) < 6, -1),
    size,
  );
  expect(line.spot).toBeCloseTo(blob.spot);
  expect(line.line).toBeGreaterThan(blob.line + 1.5);
});

test('a line that ends at the rim stands out as well', () => {
  const { line } = findingsOf(
    marked((x, y) => (x === 40 || x === 41) && y < 30, 2),
    size,
  );
  expect(line).toBeGreaterThan(1);
});

test('the rim is not judged', () => {
  const { spot } = findingsOf(
    marked((_x, y) => y < 2, 6),
    size,
  );
  expect(spot).toBe(-5);
});

test('the log odds of 8 bits are even around one half, rise, and stay within -6 and 6', () => {
  const odds = Array.from({ length: 256 }, (_, probability) => logOddsOf(probability));
  for (let at = 0; at < 128; at++) expect(odds[at]).toBeCloseTo(-odds[255 - at]!);
  for (let at = 1; at < 256; at++) expect(odds[at]!).toBeGreaterThan(odds[at - 1]!);
  expect(odds[0]).toBe(-6);
  expect(odds[255]).toBe(6);
});
