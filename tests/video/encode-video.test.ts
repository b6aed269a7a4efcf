import { Subject } from 'rxjs';

import { encodeVideo, type EncodeDeps, type RawPicture, type VideoChunk } from '../../src/video/encode-video.ts';
import { fakeSpawner } from './fake-encoder.ts';
import { record } from './flv-bytes.ts';

const picture = (sequence: number, changes: Partial<RawPicture> = {}): RawPicture => ({
  sequence,
  capturedAt: 1000 + sequence,
  width: 2,
  height: 2,
  format: 'gray',
  data: new Uint8Array(4).fill(sequence),
  ...changes,
});

const start = (deps: Partial<EncodeDeps> = {}) => {
  const { encoders, spawn, encoder } = fakeSpawner();
  const pictures$ = new Subject<RawPicture>();
  const chunks: VideoChunk[] = [];
  const failures: string[] = [];
  const subscription = encodeVideo(pictures$, 15, {
    spawn,
    random: () => 1,
    onFailure: (error) => failures.push((error as Error).message),
    ...deps,
  }).subscribe((chunk) => chunks.push(chunk));
  return { encoders, encoder, pictures$, chunks, failures, subscription };
};

const passMs = (ms: number) => jest.advanceTimersByTimeAsync(ms);
beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test('starts with the first picture, and says of each coded picture which one it was', () => {
  const { encoders, encoder, pictures$, chunks, subscription } = start();
  expect(encoders).toEqual([]);
  pictures$.next(picture(7));
  pictures$.next(picture(8));
  encoder().begin();
  encoder().give(0x65, true);
  encoder().give(0x41);
  expect([encoder().shape, encoder().fps]).toEqual([{ width: 2, height: 2, format: 'gray' }, 15]);
  expect(encoder().written).toEqual([7, 8]);
  const config = { codec: 'avc1.42C01F', record, width: 2, height: 2 };
  expect(chunks).toEqual([
    { config, keyFrame: true, sequence: 7, capturedAt: 1007, data: Buffer.from([0, 0, 0, 1, 0x65]) },
    { config, keyFrame: false, sequence: 8, capturedAt: 1008, data: Buffer.from([0, 0, 0, 1, 0x41]) },
  ]);
  expect(chunks[0]?.config).toBe(chunks[1]?.config);
  subscription.unsubscribe();
});

test('pictures that the encoder has no time for are dropped, the newest stays, and the numbers still fit', () => {
  const drops: string[] = [];
  const { encoder, pictures$, chunks, subscription } = start({ onDrop: () => drops.push('drop') });
  pictures$.next(picture(1));
  encoder().begin();
  encoder().isStuck = true;
  for (const sequence of [2, 3, 4]) pictures$.next(picture(sequence));
  expect([encoder().written, drops]).toEqual([[1, 2], ['drop']]);
  encoder().give(0x65, true);
  encoder().give(0x41);
  expect(chunks.map(({ sequence }) => sequence)).toEqual([1, 2]);
  subscription.unsubscribe();
});

test('unsubscribing ends the child, and what it still says is not handed on', async () => {
  const pids: (number | undefined)[] = [];
  const { encoder, pictures$, chunks, failures, subscription } = start({ onProcess: (pid) => pids.push(pid) });
  pictures$.next(picture(1));
  encoder().begin();
  subscription.unsubscribe();
  encoder().give(0x65, true);
  encoder().die();
  await passMs(60_000);
  expect([encoder().signals, chunks, failures, pids]).toEqual([['SIGTERM'], [], [], [4711, undefined]]);
});

test('a child that dies is followed by another after a wait, with the next picture', async () => {
  const { encoders, encoder, pictures$, chunks, failures, subscription } = start();
  pictures$.next(picture(1));
  encoder().die('no memory');
  await passMs(0);
  pictures$.next(picture(2));
  expect(encoders).toHaveLength(1);
  await passMs(500);
  pictures$.next(picture(3));
  encoder().begin();
  encoder().give(0x65, true);
  expect([encoders.length, failures, chunks.map(({ sequence }) => sequence)]).toEqual([2, ['no memory'], [3]]);
  subscription.unsubscribe();
});

test('a new shape gets a child of its own', () => {
  const { encoders, encoder, pictures$, chunks, failures, subscription } = start();
  pictures$.next(picture(1));
  encoder().begin();
  encoder().give(0x65, true);
  pictures$.next(picture(2, { width: 4, data: new Uint8Array(8) }));
  encoder().begin();
  encoder().give(0x65, true);
  expect(encoder(0).signals).toEqual(['SIGTERM']);
  expect([encoders.length, failures]).toEqual([2, []]);
  expect(chunks.map(({ config: { width } }) => width)).toEqual([2, 4]);
  subscription.unsubscribe();
});

test('a child that gives nothing for ten seconds while pictures come is killed; pictures that stay away are no fault', async () => {
  const { encoder, pictures$, subscription } = start();
  pictures$.next(picture(1));
  encoder().begin();
  encoder().give(0x65, true);
  await passMs(60_000);
  pictures$.next(picture(2));
  await passMs(9000);
  pictures$.next(picture(3));
  expect(encoder().signals).toEqual([]);
  await passMs(2000);
  pictures$.next(picture(4));
  expect(encoder().signals).toEqual(['SIGKILL']);
  subscription.unsubscribe();
});

test('a picture whose bytes do not fit its size is a failure, not an exception', async () => {
  const { pictures$, failures, subscription } = start();
  pictures$.next(picture(1, { data: new Uint8Array(3) }));
  expect(failures).toEqual(['a picture of 3 bytes is no 2x2 gray']);
  subscription.unsubscribe();
});
