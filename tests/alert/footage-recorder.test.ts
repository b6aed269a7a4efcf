import { FootageRecorder } from '../../src/alert/footage-recorder.ts';

/** Sees frames of one value each, `fps` a second; `number` counts them. */
const record = (fps: number, size = { width: 2, height: 2 }) => {
  const recorder = new FootageRecorder();
  const pool = new Uint8Array(size.width * size.height * 3);
  let number = 0;
  return {
    recorder,
    see: (count: number, isIncident: boolean): void => {
      for (const end = number + count; number < end; number++) {
        const frame = { ...size, format: 'rgb24' as const, capturedAt: (number * 1000) / fps, data: pool.fill(number) };
        recorder.add(frame, isIncident);
        // The pixels are the pool's again when the call is over.
        pool.fill(255);
      }
    },
    /** The numbers of the frames kept. */
    kept: () => recorder.footageOf(Infinity)?.frames.map(([byte]) => byte),
    rate: () => recorder.footageOf(Infinity)?.framesPerSecond,
  };
};
const range = (start: number, end: number, step = 1): number[] =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, index) => start + index * step);

test('while nothing happens the last 16 frames are kept', () => {
  const { see, kept, rate } = record(5);
  see(100, false);
  expect(kept()).toEqual(range(84, 100));
  expect(rate()).toBeCloseTo(5);
});

test('of a fast camera every second, fourth, ... frame is kept, so that the 16 reach back', () => {
  const { see, kept, rate } = record(25);
  see(200, false);
  const frames = kept()!;
  expect(frames).toHaveLength(16);
  expect(frames.every((frame, index) => frame === frames[0]! + 4 * index)).toBe(true);
  expect(rate()).toBeCloseTo(6.25);
});

test('an incident has the frames before it, all of its own, and what it has is valid when its memory was used again', () => {
  const { see, kept } = record(5);
  see(20, false);
  see(48, true);
  expect(kept()).toEqual(range(4, 68));
});

test('a longer incident is thinned evenly to at most 64 frames, with its beginning', () => {
  const { see, kept, rate } = record(5);
  see(20, false);
  see(220, true);
  const frames = kept()!;
  expect(frames).toEqual(range(4, 240, 4));
  expect(frames.length).toBeLessThanOrEqual(64);
  expect(rate()).toBeCloseTo(1.25);
});

test('after an incident the ring goes on from its last frames, or anew when they were thinned', () => {
  const short = record(5);
  short.see(30, true);
  short.see(1, false);
  expect(short.kept()).toEqual(range(15, 31));
  const long = record(5);
  long.see(100, true);
  long.see(3, false);
  expect(long.kept()).toEqual([100, 101, 102]);
});

test.each([
  ['16 MiB an incident', { width: 640, height: 360 }, 24],
  ['but 8 at least', { width: 1280, height: 720 }, 8],
])('of large frames fewer are kept: %s', (_name, size, most) => {
  const { see, kept } = record(1, size);
  see(10, false);
  expect(kept()).toHaveLength(most / 4);
  see(most - most / 4, true);
  expect(kept()).toHaveLength(most);
  see(1, true);
  expect(kept()).toHaveLength(most / 2 + 1);
});

test('there is no footage of a peak before its first frame, of a single frame, or after it was let go', () => {
  const { see, recorder } = record(5);
  see(1, false);
  expect(recorder.footageOf(Infinity)).toBeUndefined();
  see(30, false);
  expect([recorder.footageOf(2999), recorder.footageOf(3000)?.frames.length]).toEqual([undefined, 16]);
  recorder.clear();
  expect(recorder.footageOf(Infinity)).toBeUndefined();
});

test('a camera that has another size now begins anew: no footage is of two sizes', () => {
  const recorder = new FootageRecorder();
  const see = (side: number, count: number, from: number): void => {
    for (let at = 0; at < count; at++)
      recorder.add(
        { width: side, height: side, format: 'gray', capturedAt: from + at * 200, data: new Uint8Array(side * side) },
        false,
      );
  };
  see(4, 40, 0);
  see(8, 5, 8000);
  expect(recorder.footageOf(8800)?.frames.map(({ length }) => length)).toEqual(Array.from({ length: 5 }, () => 64));
  see(4, 3, 9000);
  expect(recorder.footageOf(9400)?.frames.map(({ length }) => length)).toEqual([16, 16, 16]);
});
