import { FrameAssembler } from '../../src/camera/frame-assembler.ts';
import { FramePool } from '../../src/camera/frame-pool.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

/** A small linear congruential generator: the same chunks in every run. */
const randomFrom = (seed: number) => {
  let state = seed;
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'however the pipe cuts it, the video comes out frame by frame (seed %i)',
  (seed) => {
    const random = randomFrom(seed);
    const frameBytes = 1 + Math.floor(random() * 500);
    const video = bytes(frameBytes * 20);
    const pool = new FramePool(frameBytes, 1);
    const frames: Uint8Array[] = [];
    const assembler = new FrameAssembler(pool, (data) => {
      if (!data) throw new Error('dropped');
      frames.push(data.slice());
      pool.release(data);
    });
    for (let offset = 0; offset < video.length;) {
      const length = Math.floor(random() * frameBytes * (seed % 2 ? 3 : 0.5));
      assembler.push(video.subarray(offset, offset + length));
      offset += length;
    }
    expect(frames).toHaveLength(20);
    expect(Buffer.concat(frames).equals(video)).toBe(true);
  },
);

test('a frame that starts while all buffers are out is dropped whole, and the next one is whole again', () => {
  const pool = new FramePool(4, 1);
  const got: (number[] | 'dropped')[] = [];
  let held: Uint8Array | undefined;
  const assembler = new FrameAssembler(pool, (data) => {
    got.push(data ? [...data] : 'dropped');
    held ??= data;
  });
  assembler.push(Uint8Array.of(1, 1, 1, 1, 2, 2));
  if (held) pool.release(held);
  assembler.push(Uint8Array.of(2, 2, 3, 3, 3, 3));
  expect(got).toEqual([[1, 1, 1, 1], 'dropped', [3, 3, 3, 3]]);
});

test('reset forgets half a frame and gives its buffer back', () => {
  const pool = new FramePool(4, 1);
  const got: number[][] = [];
  const assembler = new FrameAssembler(pool, (data) => data && got.push([...data]));
  assembler.push(Uint8Array.of(9, 9, 9));
  assembler.reset();
  assembler.push(Uint8Array.of(1, 2, 3, 4));
  expect(got).toEqual([[1, 2, 3, 4]]);
});

test('a pool hands out at most its capacity, and the same buffers again', () => {
  const pool = new FramePool(8, 2);
  const [first, second] = [pool.acquire(), pool.acquire()];
  expect(first).toHaveLength(8);
  expect(pool.acquire()).toBeUndefined();
  if (second) pool.release(second);
  expect(pool.acquire()).toBe(second);
});
