import { Subject, VirtualTimeScheduler } from 'rxjs';

import { PublishError } from '../../src/core/errors.ts';
import { publish } from '../../src/publish/publish.ts';
import type { ClientOptions, RtspClient } from '../../src/publish/rtsp-client.ts';
import type { RawPicture, VideoChunk, VideoConfig } from '../../src/video/encode-video.ts';
import { record as avcRecord } from '../video/flv-bytes.ts';

const picture: RawPicture = {
  width: 2,
  height: 2,
  format: 'gray',
  sequence: 0,
  capturedAt: 0,
  data: new Uint8Array(4),
};
const config: VideoConfig = { codec: 'avc1.4D401F', record: avcRecord, width: 2, height: 2 };
const chunk = (sequence: number, keyFrame: boolean, more: Partial<VideoChunk> = {}): VideoChunk => ({
  config,
  keyFrame,
  sequence,
  capturedAt: 1000 * sequence,
  data: Buffer.from([0, 0, 0, 1, 0x41]),
  ...more,
});
const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A server in the test's hands. */
const setUp = () => {
  const state = { methods: [] as string[], packets: 0, waitingBytes: 0, closed: 0, clients: 0 };
  const clients: ClientOptions[] = [];
  const open = (_: unknown, options: ClientOptions): RtspClient => {
    clients.push(options);
    return {
      request: async (method) => {
        state.methods.push(method);
        return { status: 200, headers: new Map([['session', '12;timeout=60']]) };
      },
      send: () => void (state.packets += 1),
      get waitingBytes() {
        return state.waitingBytes;
      },
      close: () => void (state.closed += 1),
    };
  };
  const pictures$ = new Subject<RawPicture>();
  const video$ = new Subject<VideoChunk>();
  const scheduler = new VirtualTimeScheduler();
  const seen = { sent: [] as number[], drops: 0, ups: 0, downs: [] as string[] };
  const subscription = publish(pictures$, { url: 'rtsp://h/x', fps: 10 }, {
    encode: () => video$,
    open,
    scheduler,
    random: () => 1,
    onUp: () => (seen.ups += 1),
    onDown: ({ code }) => seen.downs.push(code),
    onDrop: () => (seen.drops += 1),
  }).subscribe((sequence) => seen.sent.push(sequence)); // prettier-ignore
  const start = async (): Promise<void> => {
    pictures$.next(picture);
    await settled();
    video$.next(chunk(0, true));
    await settled();
  };
  return { state, clients, pictures$, video$, scheduler, seen, subscription, start };
};

test('a stream is announced with its first picture, and nothing of it is lost meanwhile', async () => {
  const { state, video$, seen, subscription, start } = setUp();
  await start();
  expect(state.methods).toEqual(['OPTIONS', 'ANNOUNCE', 'SETUP', 'RECORD']);
  expect(seen.ups).toBe(1);
  video$.next(chunk(1, false));
  video$.next(chunk(2, true));
  expect(seen.sent).toEqual([0, 1, 2]);
  expect(state.packets).toBe(3);
  subscription.unsubscribe();
  expect(state.methods.at(-1)).toBe('TEARDOWN');
  expect(state.closed).toBe(1);
});

test('a server that is behind loses pictures up to the next key frame, and each is counted', async () => {
  const { state, video$, seen, subscription, start } = setUp();
  await start();
  video$.next(chunk(1, true));
  state.waitingBytes = 2 ** 20 + 1;
  video$.next(chunk(2, false));
  state.waitingBytes = 0;
  video$.next(chunk(3, false));
  video$.next(chunk(4, true));
  expect(seen.sent).toEqual([0, 1, 4]);
  expect(seen.drops).toBe(2);
  subscription.unsubscribe();
});

test('a server that takes nothing for long is left, and tried again', async () => {
  const { state, clients, pictures$, video$, scheduler, seen, subscription, start } = setUp();
  await start();
  state.waitingBytes = 2 ** 21;
  video$.next(chunk(1, true));
  scheduler.schedule(() => video$.next(chunk(2, true)), 10_001);
  scheduler.flush();
  expect(seen.downs).toEqual(['stalled']);
  expect(state.closed).toBe(1);
  pictures$.next(picture);
  expect(clients).toHaveLength(2);
  subscription.unsubscribe();
});

test('pictures of another shape make a new announcement', async () => {
  const { video$, seen, subscription, start } = setUp();
  await start();
  video$.next(chunk(1, true, { config: { ...config, record: Buffer.concat([avcRecord, Buffer.of(1)]) } }));
  expect(seen.downs).toEqual(['ended']);
  subscription.unsubscribe();
});

test('a connection that breaks is told once, and what comes after is nobody’s error', async () => {
  const { clients, video$, seen, subscription, start } = setUp();
  await start();
  clients[0]?.onEnd(new PublishError('ended', 'gone'));
  clients[0]?.onEnd(new PublishError('ended', 'gone'));
  video$.next(chunk(1, true));
  expect(seen.downs).toEqual(['ended']);
  expect(seen.sent).toEqual([0]);
  subscription.unsubscribe();
});
