import {
  drawMask,
  type MaskAction,
  movedPoint,
  placeText,
  startDrawing,
} from '../../../src/dashboard/cameras/mask-drawing.ts';
import type { Point, Polygon } from '../../../src/dashboard/wire.ts';

const triangle: Polygon = [
  [0, 0],
  [0.5, 0],
  [0.5, 0.5],
];
const add = (...point: Point): MaskAction => ({ type: 'add', point });
const after = (polygons: readonly Polygon[], ...actions: MaskAction[]) =>
  actions.reduce(drawMask, startDrawing(polygons));

test('points become an area when it is closed', () => {
  const { polygons, draft } = after([], add(0, 0), add(0.5, 0), add(0.5, 0.5), { type: 'close' });
  expect(polygons).toEqual([triangle]);
  expect(draft).toEqual([]);
});

test('two points are no area', () => {
  const drawing = after([], add(0, 0), add(1, 1));
  expect(drawMask(drawing, { type: 'close' })).toBe(drawing);
});

test('points outside of the picture are set on its edge', () => {
  expect(after([], add(-0.2, 1.7)).draft).toEqual([[0, 1]]);
});

test('each step is taken back, the last one first, down to the beginning', () => {
  const drawing = after([triangle], add(0.1, 0.1), { type: 'remove', polygon: 0 }, { type: 'undo' });
  expect([drawing.polygons, drawing.draft]).toEqual([[triangle], [[0.1, 0.1]]]);
  const first = drawMask(drawing, { type: 'undo' });
  expect([first.polygons, first.draft]).toEqual([[triangle], []]);
  expect(drawMask(first, { type: 'undo' })).toBe(first);
});

test('a drag of many moves is taken back at once', () => {
  const move = (x: number, isSame: boolean): MaskAction => ({
    type: 'move',
    polygon: 0,
    index: 0,
    point: [x, 0],
    isSame,
  });
  const moved = after([triangle], move(0.1, false), move(0.2, true), move(0.3, true));
  expect(moved.polygons[0]?.[0]).toEqual([0.3, 0]);
  expect(drawMask(moved, { type: 'undo' }).polygons).toEqual([triangle]);
});

test('a point that is removed leaves an area, the third last one takes the area with it', () => {
  const square: Polygon = [...triangle, [0, 0.5]];
  const remove: MaskAction = { type: 'remove-point', polygon: 0, index: 3 };
  expect(after([square], remove).polygons).toEqual([triangle]);
  expect(after([triangle], { ...remove, index: 0 }).polygons).toEqual([]);
});

test.each([
  ['ArrowRight', false, [0.51, 0.5]],
  ['ArrowUp', true, [0.5, 0.4]],
  ['a', false, undefined],
])('%s (shift: %s) moves the middle to %j', (key, isFar, expected) => {
  expect(movedPoint([0.5, 0.5], key, isFar)).toEqual(expected);
});

test('says where a point is', () => expect(placeText([0.125, 0.4])).toBe('13 % from the left, 40 % from the top'));
