import { PixelRoc } from '../../src/learn/pixel-roc.ts';

const size = { width: 4, height: 2 };
/** Two cells side by side, each 2 x 2 pixels. */
const map = (left: number, right: number) => ({ rows: 1, cols: 2, values: Float32Array.of(left, right) });
const rightHalf = Uint8Array.from([0, 0, 255, 255, 0, 0, 255, 255]);

test('a map that is higher where the mask is white is perfect, the other way round it is worthless', () => {
  const [right, wrong] = [new PixelRoc(), new PixelRoc()];
  right.add(map(0.1, 2), rightHalf, size);
  wrong.add(map(2, 0.1), rightHalf, size);
  expect([right.auc(), wrong.auc()]).toEqual([1, 0]);
});

test('a map that is the same everywhere knows nothing', () => {
  const roc = new PixelRoc();
  roc.add(map(0.5, 0.5), rightHalf, size);
  expect(roc.auc()).toBe(0.5);
});

test('all frames count together, not each by itself', () => {
  const roc = new PixelRoc();
  roc.add(map(0.1, 0.2), rightHalf, size);
  roc.add(map(1, 2), rightHalf, size);
  // Of the pairs of a white and a black pixel only 0.2 against 1 is the wrong way round: a quarter.
  expect(roc.auc()).toBe(0.75);
});
