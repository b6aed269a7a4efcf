import { maskPainter } from '../../src/camera/mask.ts';
import type { Polygon } from '../../src/core/camera.ts';

/** Paints a white gray picture and draws it as rows of # (kept) and . (blacked out). */
const painted = (polygons: readonly Polygon[], width: number, height: number): string[] => {
  const data = new Uint8Array(width * height).fill(255);
  maskPainter(polygons, { width, height, format: 'gray' })(data);
  return Array.from({ length: height }, (_, row) =>
    [...data.subarray(row * width, (row + 1) * width)].map((value) => (value === 0 ? '.' : '#')).join(''),
  );
};

test('blacks out a rectangle, to the pixel', () => {
  const rectangle: Polygon = [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.75, 0.75],
    [0.25, 0.75],
  ];
  expect(painted([rectangle], 4, 4)).toEqual(['####', '#..#', '#..#', '####']);
});

test('blacks out a triangle by the centres of its pixels', () => {
  expect(
    painted(
      [
        [
          [0, 0],
          [1, 0],
          [0, 1],
        ],
      ],
      4,
      4,
    ),
  ).toEqual(['...#', '..##', '.###', '####']);
});

test('a star that crosses itself keeps its middle, by the even-odd rule', () => {
  const star: Polygon = [
    [0.5, 0],
    [0.8, 1],
    [0, 0.35],
    [1, 0.35],
    [0.2, 1],
  ];
  const rows = painted([star], 40, 40);
  expect(rows[22]?.[20]).toBe('#');
  expect(rows[5]?.[20]).toBe('.');
});

test('where two polygons overlap the picture stays black', () => {
  const left: Polygon = [
    [0, 0],
    [0.75, 0],
    [0.75, 1],
    [0, 1],
  ];
  const right: Polygon = [
    [0.25, 0],
    [1, 0],
    [1, 1],
    [0.25, 1],
  ];
  expect(painted([left, right], 4, 2)).toEqual(['....', '....']);
});

test('a polygon that leaves the picture is cut at its border', () => {
  expect(
    painted(
      [
        [
          [-1, -1],
          [0.5, -1],
          [0.5, 2],
          [-1, 2],
        ],
      ],
      4,
      2,
    ),
  ).toEqual(['..##', '..##']);
});

test('in a colour picture all three channels go black', () => {
  const data = new Uint8Array(2 * 1 * 3).fill(9);
  maskPainter(
    [
      [
        [0.5, 0],
        [1, 0],
        [1, 1],
        [0.5, 1],
      ],
    ],
    { width: 2, height: 1, format: 'rgb24' },
  )(data);
  expect([...data]).toEqual([9, 9, 9, 0, 0, 0]);
});
