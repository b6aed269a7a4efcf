import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { interval, map, type Observable, Subject, take } from 'rxjs';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { PublishError } from '../../src/core/errors.ts';
import { publish } from '../../src/publish/publish.ts';
import { encodeVideo } from '../../src/video/encode-video.ts';
import type { RawPicture } from '../../src/video/encode-video.ts';
import { encoderSpawner } from '../../src/video/encoder-process.ts';
import { rtspLogin, startRtspServer } from '../support/rtsp-server.ts';
import type { RtspServer } from '../support/rtsp-server.ts';
import { waitUntil } from '../support/wait-until.ts';

jest.setTimeout(60_000);

const shape = { width: 96, height: 64, format: 'rgb24' } as const;
const fps = 15;
/** Red pictures that grow brighter. */
const pictures = (): Observable<RawPicture> =>
  interval(1000 / fps).pipe(
    map((sequence) => {
      const data = new Uint8Array(96 * 64 * 3);
      for (let at = 0; at < data.length; at += 3) data[at] = 100 + (sequence % 100);
      return { ...shape, sequence, capturedAt: performance.timeOrigin + performance.now(), data };
    }),
  );

let ffmpeg: Ffmpeg;
let folder: string;
let server: RtspServer | undefined;
const record = (): string => path.join(folder, 'published.ts');
beforeEach(async () => {
  ffmpeg = await findFfmpeg();
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-publish-'));
});
afterEach(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

/** Publishes until `enough` pictures were sent, or it failed for the `failures`th time. */
const publishSome = async (
  url: string,
  {
    enough = 40,
    failures = 1,
    pictures$ = pictures(),
  }: { enough?: number; failures?: number; pictures$?: Observable<RawPicture> } = {},
) => {
  const seen = { ups: 0, downs: [] as PublishError[], sent: 0 };
  const encode = (raw$: Observable<RawPicture>) => encodeVideo(raw$, fps, { spawn: encoderSpawner(ffmpeg) });
  await new Promise<void>((resolve) => {
    const subscription = publish(pictures$, { url, fps }, {
      encode,
      backoff: { initialMs: 100, maxMs: 400, resetAfterMs: 1000 },
      onUp: () => (seen.ups += 1),
      onDown: (error) => {
        if (seen.downs.push(error) >= failures) stop();
      },
    }).pipe(take(enough)).subscribe({ next: () => (seen.sent += 1), complete: () => stop() }); // prettier-ignore
    const stop = (): void => {
      setTimeout(() => {
        subscription.unsubscribe();
        resolve();
      });
    };
  });
  return seen;
};

const recorded = async (): Promise<{ frames: number; firstPixel: number[] }> => {
  const args = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    record(),
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    'pipe:1',
  ];
  const { stdout } = await execa(ffmpeg.path, args, { encoding: 'buffer' });
  return { frames: stdout.length / (96 * 64 * 3), firstPixel: [...stdout.subarray(0, 3)] };
};

test.each(['', 'basic', 'digest'] as const)('a server%s gets the pictures, which ffmpeg reads', async (auth) => {
  server = await startRtspServer({ auth, record: record() });
  const login = auth ? `${rtspLogin.user}:${rtspLogin.password}@` : '';
  const seen = await publishSome(`rtsp://${login}127.0.0.1:${server.port}/record`);
  expect(seen).toEqual({ ups: 1, downs: [], sent: 40 });
  await waitUntil('it is recorded', async () => expect((await recorded()).frames).toBeGreaterThan(30));
  const { firstPixel } = await recorded();
  expect(firstPixel[0]).toBeGreaterThan(90);
  expect(firstPixel[1]).toBeLessThan(20);
});

test('a wrong password and a path that takes nothing are told as such, without the password', async () => {
  server = await startRtspServer({ auth: 'digest', record: record() });
  const wrong = await publishSome(`rtsp://admin:hunter2hunter2@127.0.0.1:${server.port}/record`);
  expect(wrong).toMatchObject({ ups: 0, downs: [{ code: 'unauthorized' }] });
  expect(JSON.stringify(wrong)).not.toContain('hunter2');
  const nowhere = await publishSome(`rtsp://${rtspLogin.user}:${rtspLogin.password}@127.0.0.1:${server.port}/nowhere`);
  expect(nowhere.downs.map(({ code }) => code)).toEqual(['not-found']);
});

test('it comes back when the server does', async () => {
  server = await startRtspServer({ record: record() });
  const { port } = server;
  const downs: string[] = [];
  let ups = 0;
  const encode = (raw$: Observable<RawPicture>) => encodeVideo(raw$, fps, { spawn: encoderSpawner(ffmpeg) });
  const subscription = publish(pictures(), { url: `rtsp://127.0.0.1:${port}/record`, fps }, {
    encode,
    backoff: { initialMs: 100, maxMs: 300, resetAfterMs: 1000 },
    onUp: () => (ups += 1),
    onDown: ({ code }) => downs.push(code),
  }).subscribe(); // prettier-ignore
  await waitUntil('it is up', () => expect(ups).toBe(1));
  await server.stop();
  await waitUntil('it is refused', () => expect(downs).toContain('refused'));
  server = await startRtspServer({ port, record: record() });
  await waitUntil('it is up again', () => expect(ups).toBe(2));
  subscription.unsubscribe();
  expect(downs[0]).toBe('ended');
});

test('nothing connects, and no encoder runs, before there is a picture', async () => {
  const picture$ = new Subject<RawPicture>();
  let encoders = 0;
  const subscription = publish(picture$, { url: 'rtsp://127.0.0.1:9/x', fps }, {
    encode: () => {
      encoders += 1;
      return new Subject();
    },
    onDown: () => undefined,
  }).subscribe(); // prettier-ignore
  await new Promise((resolve) => setTimeout(resolve, 200));
  subscription.unsubscribe();
  expect(encoders).toBe(0);
});
