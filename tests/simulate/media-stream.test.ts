import type { AccessUnit } from '../../src/simulate/access-unit.ts';
import { createMediaStream, type MediaSink, type MediaSource } from '../../src/simulate/media-stream.ts';

const unit = (decodeMs: number, keyFrame = false): AccessUnit => ({
  nals: [],
  keyFrame,
  decodeMs,
  presentMs: decodeMs,
});

/** A source that gives what the test tells it to. */
const createFake = (): MediaSource & { sink: MediaSink | undefined; opened: number } => ({
  fps: 10,
  sink: undefined,
  opened: 0,
  open(sink) {
    this.sink = sink;
    this.opened++;
    return { close: () => (this.sink = undefined) };
  },
});

test('the source is open from the first viewer to the last, and opens again', () => {
  const source = createFake();
  const stream = createMediaStream(source, () => undefined);
  expect(source.opened).toBe(0);
  const viewer = (): (() => void) => stream.watch({ send: () => true, end: () => undefined });
  const [leaveFirst, leaveSecond] = [viewer(), viewer()];
  expect([source.opened, stream.viewerCount]).toEqual([1, 2]);
  leaveFirst();
  leaveFirst();
  expect(source.sink).toBeDefined();
  leaveSecond();
  expect(source.sink).toBeUndefined();
  viewer()();
  expect(source.opened).toBe(2);
});

test('a viewer who comes late starts at the next key frame', () => {
  const source = createFake();
  const stream = createMediaStream(source, () => undefined);
  stream.watch({ send: () => true, end: () => undefined });
  source.sink?.accessUnit(unit(0, true));
  const seen: number[] = [];
  stream.watch({ send: ({ decodeMs }) => seen.push(decodeMs) > 0, end: () => undefined });
  for (const next of [unit(1), unit(2), unit(3, true), unit(4)]) source.sink?.accessUnit(next);
  expect(seen).toEqual([3, 4]);
});

test('a viewer who was too slow for a picture waits for the next key frame; others miss nothing', () => {
  const source = createFake();
  const stream = createMediaStream(source, () => undefined);
  const [slow, quick]: [number[], number[]] = [[], []];
  stream.watch({ send: ({ decodeMs }) => slow.push(decodeMs) > 0 && decodeMs !== 1, end: () => undefined });
  stream.watch({ send: ({ decodeMs }) => quick.push(decodeMs) > 0, end: () => undefined });
  for (const next of [unit(0, true), unit(1), unit(2), unit(3, true), unit(4)]) source.sink?.accessUnit(next);
  expect(slow).toEqual([0, 1, 3, 4]);
  expect(quick).toEqual([0, 1, 2, 3, 4]);
  expect(stream.dropped).toBe(1);
});

test('a source that fails ends every viewer and refuses those who asked for its description', async () => {
  const source = createFake();
  const stream = createMediaStream(source, () => undefined);
  const description = stream.describe();
  let ended = 0;
  const leave = stream.watch({ send: () => true, end: () => ended++ });
  source.sink?.failed(new Error('no more pictures'));
  await expect(description.parameterSets).rejects.toThrow('no more pictures');
  expect(ended).toBe(1);
  leave();
  description.release();
  expect(source.sink).toBeUndefined();
});
