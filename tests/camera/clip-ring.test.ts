import { ClipRing } from '../../src/camera/clip-ring.ts';
import { pat, picture, pmt, streamTypes } from '../support/transport-stream.ts';

const tables = Buffer.concat([pat(), pmt(streamTypes.h264)]);

/** A ring that got a key frame and a picture each second from 0 to `seconds`; their bytes are the second's number. */
const filled = (seconds: number, { maxBytes }: { maxBytes?: number } = {}) => {
  let now = 0;
  const ring = new ClipRing({ seconds: 5, ...(maxBytes !== undefined && { maxBytes }), now: () => now });
  ring.begin();
  ring.push(tables);
  const second = (value: number): void => {
    now = value * 1000;
    ring.push(picture('key', 2, value));
    now += 500;
    ring.push(picture('picture', 1, value));
  };
  for (let value = 0; value <= seconds; value++) second(value);
  return { ring, second };
};

const recorder = () => {
  const written: Uint8Array[] = [];
  const sink = { ends: 0, write: (bytes: Uint8Array) => void written.push(bytes), end: () => void (sink.ends += 1) };
  /** The seconds of the pictures written, as above, after the tables. */
  const seconds = (): number[] => {
    const bytes = Buffer.concat(written);
    expect(bytes.subarray(0, tables.length)).toEqual(tables);
    const packets = Array.from({ length: bytes.length / 188 }, (_, index) =>
      bytes.subarray(index * 188, (index + 1) * 188),
    );
    return packets.flatMap((packet) =>
      packet[2] === 0 && packet[1] === 0x41 && packet[5] === 0x50 ? [packet[6]!] : [],
    );
  };
  return { sink, seconds };
};

test('a clip begins with the key frame before its beginning, and goes on with what comes', () => {
  const { ring, second } = filled(8);
  const { sink, seconds } = recorder();
  ring.record(6400, sink);
  expect(seconds()).toEqual([6, 7, 8]);
  second(9);
  expect(seconds()).toEqual([6, 7, 8, 9]);
});

test('several clips share the ring, and one that is stopped gets no more', () => {
  const { ring, second } = filled(8);
  const [one, other] = [recorder(), recorder()];
  const stop = ring.record(7000, one.sink);
  ring.record(8000, other.sink);
  if (stop) stop();
  second(9);
  expect([one.seconds(), other.seconds()]).toEqual([
    [7, 8],
    [8, 9],
  ]);
});

test('keeps so many seconds and the group before them, and no more', () => {
  const { ring } = filled(60);
  const { sink, seconds } = recorder();
  ring.record(0, sink);
  expect(seconds()).toEqual([55, 56, 57, 58, 59, 60]);
});

test('keeps no more bytes than it may, and what is left begins with a key frame', () => {
  const { ring } = filled(60, { maxBytes: 188 * 3 * 3 });
  expect(ring.bytes).toBeLessThanOrEqual(188 * 9);
  const { sink, seconds } = recorder();
  ring.record(0, sink);
  expect(seconds()).toEqual([58, 59, 60]);
});

test('a group larger than all it may keep goes as a whole, until the next key frame', () => {
  const { ring, second } = filled(0, { maxBytes: 188 * 4 });
  ring.push(picture('picture', 3));
  ring.push(picture('picture', 3));
  expect(ring.bytes).toBe(0);
  expect(ring.record(0, recorder().sink)).toBe(false);
  second(1);
  expect(ring.bytes).toBe(188 * 3);
});

test('the end of the stream ends the clips; its last pictures can be recorded until another begins', () => {
  const { ring } = filled(8);
  const [during, after, late] = [recorder(), recorder(), recorder()];
  ring.record(7000, during.sink);
  ring.end();
  expect(during.sink.ends).toBe(1);
  ring.record(8000, after.sink);
  expect([after.seconds(), after.sink.ends]).toEqual([[8], 1]);
  ring.begin();
  expect(ring.record(0, late.sink)).toBe(false);
});

test('pictures that no browser plays are not kept, and of no use', () => {
  const ring = new ClipRing({ seconds: 5 });
  ring.begin();
  expect(ring.isUseful).toBe(true);
  ring.push(Buffer.concat([pat(), pmt(0x06), picture('key', 3)]));
  expect([ring.isUseful, ring.bytes]).toEqual([false, 0]);
});
