import { readFileSync } from 'node:fs';
import { ReplaySubject, filter, firstValueFrom, take, tap, toArray } from 'rxjs';
import { openCamera } from '../../src/camera/camera.ts';
import { ClipRing } from '../../src/camera/clip-ring.ts';
import type { CameraDeps } from '../../src/camera/camera.ts';
import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import { probeCamera, probePicture } from '../../src/camera/probe.ts';
import type { CameraEvent, CameraOptions } from '../../src/core/camera.ts';
import type { Frame } from '../../src/core/frame.ts';
import { rtspLogin, startRtspServer } from '../support/rtsp-server.ts';
import type { RtspServer } from '../support/rtsp-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const optionsFor = (cameraUrl: string): CameraOptions => ({
  id: 'yard',
  url: cameraUrl,
  transport: 'tcp',
  fps: 10,
  width: 64,
  height: 48,
  format: 'gray',
  mask: [],
});

let ffmpeg: Ffmpeg;
let open: RtspServer;
let servers: Record<'basic' | 'digest', RtspServer>;
const running: RtspServer[] = [];

const startServer = async (...args: Parameters<typeof startRtspServer>) => {
  const server = await startRtspServer(...args);
  running.push(server);
  return server;
};

beforeAll(async () => {
  ffmpeg = await findFfmpeg();
  open = await startServer();
  servers = { basic: await startServer({ auth: 'basic' }), digest: await startServer({ auth: 'digest' }) };
});
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

const url = (place: string, path: string, password = rtspLogin.password): string =>
  `rtsp://${rtspLogin.user}:${password}@${place}${path}`;
const at = (method: 'basic' | 'digest'): string => `127.0.0.1:${servers[method].port}`;

/** Everything any test let a user see, looked through for the password at the end. */
const shown: unknown[] = [];
afterAll(() => {
  const text = shown
    .map((item) => (item instanceof Error ? `${item.stack} ${item.message}` : JSON.stringify(item)))
    .join('\n');
  expect(text).toContain('unauthorized');
  for (const secret of [rtspLogin.password, rtspLogin.plainPassword, 'wr0ngpass']) expect(text).not.toContain(secret);
});

/** Subscribes to a camera. The next event or frame that fits is awaited; whatever came since the last wait counts. */
const watch = (cameraUrl: string, deps: Partial<CameraDeps> = {}, live?: CameraOptions['live']) => {
  const backoff = { initialMs: 100, maxMs: 200, resetAfterMs: 10_000 };
  // With the coded video beside the frames: whatever happens to the one, the other must not notice.
  const coded = new ClipRing({ seconds: 5 });
  const camera = openCamera({ ...optionsFor(cameraUrl), ...(live && { live }) }, { ffmpeg, backoff, coded, ...deps });
  let events = new ReplaySubject<CameraEvent>();
  let frames = new ReplaySubject<Frame>();
  camera.events$.subscribe((event) => {
    shown.push(event);
    events.next(event);
  });
  const subscription = camera.frames$.subscribe((frame) => {
    frames.next(frame);
    frame.release();
  });
  return {
    camera,
    event: async (type: CameraEvent['type']) => {
      const found = await firstValueFrom(events.pipe(filter((event) => event.type === type)));
      events = new ReplaySubject();
      return found;
    },
    frames: async (count: number) => {
      frames = new ReplaySubject();
      return firstValueFrom(frames.pipe(take(count), toArray()));
    },
    close: async () => {
      subscription.unsubscribe();
      await waitUntil('ffmpeg is gone', () => expect(camera.stats().pid).toBeUndefined());
    },
  };
};

/** Runs a test's body and waits until the camera's ffmpeg is gone. */
const withCamera = async (
  cameraUrl: string,
  body: (camera: ReturnType<typeof watch>) => Promise<void>,
  deps: Partial<CameraDeps> = {},
  live?: CameraOptions['live'],
): Promise<void> => {
  const camera = watch(cameraUrl, deps, live);
  try {
    await body(camera);
  } finally {
    await camera.close();
  }
};

test('live frames flow only while somebody takes them; the analysed ones do not notice', async () => {
  const live = { width: 128, height: 96, format: 'rgb24', fps: 10 } as const;
  await withCamera(
    url(at('basic'), '/pattern'),
    async (watched) => {
      await watched.frames(5);
      expect(watched.camera.stats().live).toEqual({ framesDecoded: 0, framesDropped: 0 });
      for (const _viewer of [1, 2]) {
        const released$ = watched.camera.live$.pipe(tap((frame) => frame.release()));
        const frames = await firstValueFrom(released$.pipe(take(5), toArray()));
        expect(frames.every(({ data }) => data.length === 128 * 96 * 3)).toBe(true);
        await watched.frames(5);
      }
      const commandLine = readFileSync(`/proc/${watched.camera.stats().pid}/cmdline`, 'utf8');
      expect(commandLine).not.toContain(rtspLogin.password);
    },
    {},
    live,
  );
});

test.each(['basic', 'digest'] as const)(
  'connects with %s authentication; the process list shows no password',
  async (method) => {
    const { user, password, plainPassword } = rtspLogin;
    await withCamera(`rtsp://${user}:${password}@127.0.0.1:${servers[method].port}/pattern`, async (watched) => {
      await watched.event('connected');
      const frames = await watched.frames(5);
      expect(frames.every(({ data }) => data.length === 64 * 48)).toBe(true);
      const commandLine = readFileSync(`/proc/${watched.camera.stats().pid}/cmdline`, 'utf8');
      expect(commandLine).toContain('ffmpeg');
      expect(commandLine).not.toContain(password);
      expect(commandLine).not.toContain(plainPassword);
    });
  },
);

test('a probe tells codec, size, rate and time to the first frame', async () => {
  const probe = await probeCamera(optionsFor(url(at('digest'), '/pattern')), { ffmpeg });
  expect(probe).toEqual({ codec: 'h264', width: 320, height: 240, fps: 15, firstFrameMs: expect.any(Number) });
});

test('a probe for a picture decodes one, and is ended with its child by the signal', async () => {
  const source = { url: url(at('digest'), '/pattern'), transport: 'tcp' } as const;
  const { picture, ...stream } = await probePicture(source, { ffmpeg });
  expect(stream).toEqual({ codec: 'h264', width: 320, height: 240 });
  // SOI, and the size in SOF0: 240 x 320.
  expect(picture.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(picture.toString('hex')).toMatch(/ffc000110800f00140/);
  const closing = new AbortController();
  const ended = probePicture(source, { ffmpeg, signal: closing.signal });
  closing.abort(new Error('closing'));
  await expect(ended).rejects.toThrow('closing');
});

test.each([
  ['a wrong password (basic)', 'unauthorized', () => url(at('basic'), '/pattern', 'wr0ngpass')],
  ['a wrong password (digest)', 'unauthorized', () => url(at('digest'), '/pattern', 'wr0ngpass')],
  ['a wrong path', 'not-found', () => url(at('digest'), '/nowhere')],
  ['a closed port', 'refused', () => url('127.0.0.1:1', '/pattern')],
  ['an unknown host', 'dns', () => url('camera.invalid', '/pattern')],
  ['a stream without video', 'codec', () => url(at('basic'), '/audio')],
])('%s is named %s, by the camera and by the probe', async (_situation, cause, urlOf) => {
  await withCamera(urlOf(), async (watched) => {
    expect(await watched.event('failed')).toMatchObject({ cause });
  });
  const error: unknown = await probeCamera(optionsFor(urlOf()), { ffmpeg }).catch((failure: unknown) => failure);
  const source = { url: urlOf(), transport: 'tcp' } as const;
  const other: unknown = await probePicture(source, { ffmpeg }).catch((failure: unknown) => failure);
  shown.push(error, other);
  for (const failure of [error, other]) expect(failure).toMatchObject({ name: 'CameraError', code: cause });
});

test('a server that is killed and started again: ended, refused, and frames again', async () => {
  const mortal = await startServer();
  await withCamera(`rtsp://127.0.0.1:${mortal.port}/keys`, async (watched) => {
    await watched.event('connected');
    await mortal.stop();
    expect(await watched.event('failed')).toMatchObject({ cause: 'ended' });
    expect(await watched.event('failed')).toMatchObject({ cause: 'refused' });
    await startServer({ port: mortal.port });
    await watched.event('connected');
    expect(await watched.frames(3)).toHaveLength(3);
  });
});

test('a server that falls silent: stalled, and frames again when it wakes', async () => {
  const sleepy = await startServer();
  const patience = { stallTimeoutMs: 1000, firstFrameTimeoutMs: 3000 };
  await withCamera(
    `rtsp://127.0.0.1:${sleepy.port}/keys`,
    async (watched) => {
      await watched.event('connected');
      sleepy.pause();
      expect(await watched.event('failed')).toMatchObject({ cause: 'stalled' });
      expect(await watched.event('failed')).toMatchObject({ cause: 'timeout' });
      sleepy.resume();
      await watched.event('connected');
      expect(await watched.frames(3)).toHaveLength(3);
    },
    patience,
  );
});

test('the picture changes its size mid-stream: frames go on, in the size asked for, without a reconnection', async () => {
  const live = { width: 128, height: 96, format: 'gray', fps: 10 } as const;
  const place = `rtsp://127.0.0.1:${open.port}/switch`;
  await withCamera(
    place,
    async (watched) => {
      const sequences: number[] = [];
      watched.camera.live$.subscribe((frame) => {
        sequences.push(frame.sequence);
        frame.release();
      });
      await watched.event('connected');
      const { pid } = watched.camera.stats();
      const frames = await watched.frames(45);
      expect(new Set(frames.map(({ data }) => data.length))).toEqual(new Set([64 * 48]));
      expect(watched.camera.stats().pid).toBe(pid);
      // ffmpeg shuts the gate when the size changes, and is asked to open it again.
      const seen = sequences.length;
      while (sequences.length === seen) await watched.frames(1);
      expect(sequences).toEqual(sequences.map((_, index) => index));
    },
    {},
    live,
  );
});
