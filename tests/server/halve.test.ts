import { halve } from '../../src/server/halve.ts';

test('each pixel is the mean of four, channel by channel', () => {
  const data = Uint8Array.of(10, 0, 255, 20, 0, 255, 30, 4, 255, 40, 4, 255);
  expect(halve({ width: 2, height: 2, format: 'rgb24', data })).toEqual({
    width: 1,
    height: 1,
    format: 'rgb24',
    data: Uint8Array.of(25, 2, 255),
  });
});

test('an odd last row and column are left out', () => {
  const data = Uint8Array.from({ length: 5 * 3 }, (_byte, at) => (at % 5 === 4 || at >= 10 ? 255 : (at % 5) * 10));
  expect(halve({ width: 5, height: 3, format: 'gray', data })).toEqual({
    width: 2,
    height: 1,
    format: 'gray',
    data: Uint8Array.of(5, 25),
  });
});
