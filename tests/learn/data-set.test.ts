import { DataSetCollector, holdBack, minFrames } from '../../src/learn/data-set.ts';
import type { DataSet } from '../../src/learn/data-set.ts';

const shape = { width: 2, height: 1, format: 'gray' as const };
const frame = (value: number) => ({ data: Uint8Array.of(value, value) });

const values = (set: DataSet) => Array.from({ length: set.count }, (_, index) => set.at(index)[0]);
const starts = (set: DataSet) =>
  Array.from({ length: set.count }, (_, index) => index).filter((index) => !set.continues(index));

test('keeps every second stretch of long footage within its bound, so that neighbours in time stay together', () => {
  const collector = new DataSetCollector(shape, 8, 64);
  for (let index = 0; index < 200; index++) collector.add(frame(index));
  const set = collector.finish('camera "a"');
  expect(set.framesPerSecond).toBe(8);
  expect(values(set)).toEqual([0, 128].flatMap((from) => Array.from({ length: 32 }, (_, index) => from + index)));
  expect(starts(set)).toEqual([0, 32]);
});

test('knows where a clip begins', () => {
  const collector = new DataSetCollector(shape, 5);
  for (let index = 0; index < 60; index++) {
    if (index === 25) collector.cut();
    collector.add(frame(index));
  }
  expect(starts(collector.finish('x'))).toEqual([0, 25]);
});

test('copies the pixels, so that the camera may reuse its buffer', () => {
  const collector = new DataSetCollector(shape, 5);
  const reused = frame(7);
  for (let index = 0; index < minFrames; index++) collector.add(reused);
  reused.data.fill(0);
  expect([...collector.finish('x').at(0)]).toEqual([7, 7]);
});

test('refuses to learn from too few frames, and names the source and both numbers', () => {
  const collector = new DataSetCollector(shape, 5);
  collector.add(frame(1));
  expect(() => collector.finish('camera "door"')).toThrow(/camera "door": expected at least 40 frames.*found 1/);
});

test('holds back a part of every stretch of the footage, and no frame is on both sides', () => {
  const collector = new DataSetCollector(shape, 5);
  for (let index = 0; index < 100; index++) collector.add(frame(index));
  const { training, heldBack } = holdBack(collector.finish('x'), 0.2);
  const held = Array.from({ length: heldBack.count }, (_, index) => heldBack.at(index)[0]);
  expect(held).toEqual([20, 21, 22, 23, 24, 45, 46, 47, 48, 49, 70, 71, 72, 73, 74, 95, 96, 97, 98, 99]);
  expect(training.count).toBe(80);
});

test('holds back whole clips of footage that has many', () => {
  const collector = new DataSetCollector(shape, 5);
  for (let index = 0; index < 60; index++) {
    if (index % 6 === 0) collector.cut();
    collector.add(frame(Math.floor(index / 6)));
  }
  const { training, heldBack } = holdBack(collector.finish('x'), 0.3);
  expect(new Set(values(heldBack)).size).toBe(3);
  expect(heldBack.count).toBe(18);
  expect(values(training).filter((clip) => values(heldBack).includes(clip))).toEqual([]);
  expect(starts(heldBack)).toEqual([0, 6, 12]);
});

test('a few hiccups of a camera are no clips: what is held back stays near its share', () => {
  const collector = new DataSetCollector(shape, 5);
  for (let index = 0; index < 200; index++) {
    if ([150, 160, 170, 180].includes(index)) collector.cut();
    collector.add(frame(index));
  }
  expect(holdBack(collector.finish('x'), 0.3).heldBack.count).toBe(60);
});
