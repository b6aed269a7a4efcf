import { ivfFrameHeader, ivfHeader, ticksPerSecond } from '../../src/media/ivf.ts';

test('the usual rates are whole numbers of ticks', () => {
  for (const rate of [24, 25, 30, 50, 60, 24_000 / 1001, 30_000 / 1001, 60_000 / 1001])
    expect((ticksPerSecond / rate) % 1).toBeCloseTo(0, 9);
});

test('headers are those of IVF', () => {
  expect(ivfHeader({ width: 258, height: 3, format: 'gray' }).toString('latin1', 0, 16)).toBe(
    'DKIF\0\0\x20\0Y800\x02\x01\x03\0',
  );
  expect([...ivfFrameHeader(258, 4004)]).toEqual([2, 1, 0, 0, 164, 15, 0, 0, 0, 0, 0, 0]);
});
