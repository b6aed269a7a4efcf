import { DataSetCollector, holdBack, minFrames } from '../../src/learn/data-set.ts';

const shape = { width: 2, height: 1, format: 'gray' as const };
const frame = (value: number) => ({ data: Uint8Array.of(value, value) });

test('keeps an even sample of long footage within its bound', () => {
  const collector = new DataSetCollector(shape, 8, 64);
  for (let index = 0; index < 200; index++) collector.add(frame(index));
  const set = collector.finish('camera "a"');
  expect(set.count).toBe(50);
  expect(set.framesPerSecond).toBe(2);
  expect(Array.from({ length: set.count }, (_, index) => set.at(index)[0])).toEqual(
    Array.from({ length: 50 }, (_, index) => index * 4),
  );
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
