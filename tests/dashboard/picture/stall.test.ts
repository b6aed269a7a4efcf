import { Stall } from '../../../src/dashboard/picture/stall.ts';

test('pictures that come while the same one stays on the screen add up, until another one is shown', () => {
  const stall = new Stall();
  const shown = ['1', '2', '2', '2', '2', '3', '3'];
  expect(shown.map((sequence, index) => stall.next(index * 100, sequence))).toEqual([0, 0, 100, 200, 300, 0, 100]);
});

test('a player that never shows anything stalls from the first picture on', () => {
  const stall = new Stall();
  expect([0, 400, 900].map((now) => stall.next(now, undefined))).toEqual([0, 400, 900]);
});

test('while no picture comes nothing stalls', () => {
  const stall = new Stall();
  expect([0, 100, 60_000, 60_100].map((now) => stall.next(now, undefined))).toEqual([0, 100, 1100, 1200]);
});
