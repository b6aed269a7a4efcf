import { counterBits, drawCounter, readCounter } from '../../src/bench/counter-picture.ts';

const [width, height] = [320, 180];
const topRgba = (data: Uint8Array): Uint8Array =>
  Uint8Array.from({ length: width * (height / 10) * 4 }, (_byte, at) =>
    at % 4 === 3 ? 255 : (data[Math.floor(at / 4) * 3 + (at % 4)] ?? 0),
  );

test.each([0, 1, 4242, 65_535])('%d is read as it was drawn', (number) => {
  const data = new Uint8Array(width * height * 3).fill(90);
  drawCounter({ width, height, format: 'rgb24', data }, number);
  expect(readCounter(topRgba(data), width, height / 10, counterBits)).toBe(number);
  expect(data[(height / 10) * width * 3]).toBe(90);
});

test('a picture without a number has none', () => {
  const data = new Uint8Array(width * height * 3).fill(90);
  expect(readCounter(topRgba(data), width, height / 10, counterBits)).toBeUndefined();
});
