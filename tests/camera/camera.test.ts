import { openCamera } from '../../src/camera/camera.ts';
import type { CameraDeps } from '../../src/camera/camera.ts';
import { gateCommand } from '../../src/camera/ffmpeg-command.ts';
import type { FfmpegCommand } from '../../src/camera/ffmpeg-command.ts';
import type { Exit, FfmpegProcess } from '../../src/camera/ffmpeg-process.ts';
import type { CameraEvent, CameraOptions } from '../../src/core/camera.ts';
import type { Frame } from '../../src/core/frame.ts';

const options: CameraOptions = {
  id: 'yard',
  url: 'rtsp://admin:s3cret@10.0.0.4/live',
  transport: 'tcp',
  fps: 5,
  width: 2,
  height: 2,
  format: 'gray',
  mask: [
    [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ],
  ],
};
const ffmpeg = { path: 'ffmpeg', version: [5, 1], launcher: [] } as const;

const fakePipe = () => {
  const listeners: ((chunk: Uint8Array) => void)[] = [];
  return {
    on: (_event: 'data', listener: (chunk: Uint8Array) => void) => listeners.push(listener),
    write: (chunk: Uint8Array) => {
      if (listeners.length === 0) throw new Error('a pipe that nobody drains');
      for (const listener of listeners) listener(chunk);
    },
    async *[Symbol.asyncIterator]() {},
  };
};

/** An ffmpeg in the test's hands. */
class FakeChild implements FfmpegProcess {
  readonly pid = 4711;
  readonly signals: string[] = [];
  exited = false;
  said = '';
  /** The gate's state as it was told, from first to last. */
  readonly told: boolean[] = [];
  #resolve: (exit: Exit) => void = () => undefined;
  readonly exit = new Promise<Exit>((resolve) => (this.#resolve = resolve));
  readonly stdout = fakePipe();
  readonly live = fakePipe();
  readonly coded = fakePipe();
  readonly hasCoded: boolean;

  constructor({ hasCoded }: FfmpegCommand) {
    this.hasCoded = hasCoded === true;
  }

  stderr(): string {
    return this.said;
  }
  tell(command: string): void {
    this.told.push(command === gateCommand(true));
    if (command !== gateCommand(this.told.at(-1)!)) throw new Error(`not a command: ${command}`);
  }
  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.exited) this.signals.push(signal);
  }
  write(...bytes: number[]): void {
    this.stdout.write(Uint8Array.from(bytes));
  }
  writeLive(...bytes: number[]): void {
    this.live.write(Uint8Array.from(bytes));
  }
  end(exit: Exit): void {
    this.exited = true;
    this.#resolve(exit);
  }
}

/** A camera whose time and children the test controls; no jitter. */
const start = async (more: Partial<CameraDeps> = {}, { live }: Pick<CameraOptions, 'live'> = {}) => {
  const children: FakeChild[] = [];
  const events: CameraEvent[] = [];
  const frames: Frame[] = [];
  const spawn = (_ffmpeg: unknown, command: FfmpegCommand) => {
    if (children.some((child) => !child.exited)) throw new Error('a second child while the first one lives');
    const child = new FakeChild(command);
    children.push(child);
    return child;
  };
  const camera = openCamera({ ...options, ...(live && { live }) }, { ffmpeg, spawn, random: () => 1, ...more });
  camera.events$.subscribe((event) => events.push(event));
  const subscribe = () => camera.frames$.subscribe((frame) => frames.push(frame));
  const subscription = subscribe();
  await passMs(0);
  const child = (index = children.length - 1): FakeChild => {
    const found = children[index];
    if (!found) throw new Error('no child was started');
    return found;
  };
  return { camera, child, children, events, frames, subscription, subscribe };
};

const passMs = (ms: number) => jest.advanceTimersByTimeAsync(ms);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

test('gives masked frames with their camera, number and time, and tells when it is connected', async () => {
  const { child, events, frames, subscription } = await start();
  await passMs(640);
  child().write(9, 9, 9, 9, 8);
  child().write(8, 8, 8);
  expect(frames.map(({ data }) => [...data])).toEqual([
    [0, 9, 0, 9],
    [0, 8, 0, 8],
  ]);
  expect(frames).toMatchObject([{ camera: 'yard', sequence: 0, width: 2, height: 2, format: 'gray' }, { sequence: 1 }]);
  expect(Math.abs((frames[0]?.capturedAt ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(events).toEqual([
    { type: 'connecting', attempt: 1 },
    { type: 'connected', afterMs: 640 },
  ]);
  subscription.unsubscribe();
});

test('no frame in the first ten seconds: kills ffmpeg, says timeout, and tries again', async () => {
  const { child, children, events, subscription } = await start();
  await passMs(9999);
  expect(child().signals).toEqual([]);
  await passMs(1);
  expect(child().signals).toEqual(['SIGKILL']);
  child().end({ signal: 'SIGKILL' });
  await passMs(0);
  expect(events.at(-1)).toEqual({
    type: 'failed',
    cause: 'timeout',
    retryInMs: 500,
    message: 'no frame within 10.0 s',
  });
  await passMs(500);
  expect(children).toHaveLength(2);
  expect(events.at(-1)).toEqual({ type: 'connecting', attempt: 2 });
  subscription.unsubscribe();
});

test('frames that stop for three seconds: kills ffmpeg and says stalled', async () => {
  const { child, events, subscription } = await start();
  child().write(1, 1, 1, 1);
  await passMs(2999);
  child().write(2, 2, 2, 2);
  await passMs(2999);
  expect(child().signals).toEqual([]);
  await passMs(1);
  expect(child().signals).toEqual(['SIGKILL']);
  child().end({ signal: 'SIGKILL' });
  await passMs(0);
  expect(events.at(-1)).toMatchObject({ type: 'failed', cause: 'stalled' });
  subscription.unsubscribe();
});

test('a child that does not die is never replaced', async () => {
  const { child, children, subscription } = await start();
  await passMs(60_000);
  expect(children).toHaveLength(1);
  child().end({ signal: 'SIGKILL' });
  await passMs(500);
  expect(children).toHaveLength(2);
  subscription.unsubscribe();
});

test('an exit with code 0 is a failure as well: live cameras do not end', async () => {
  const { child, events, subscription } = await start();
  child().write(1, 1, 1, 1);
  child().end({ exitCode: 0 });
  await passMs(0);
  expect(events.at(-1)).toMatchObject({ type: 'failed', cause: 'ended' });
  subscription.unsubscribe();
});

test('frames are numbered on across a reconnection, and half a frame of the former child is forgotten', async () => {
  const { child, frames, subscription } = await start();
  child().write(1, 1, 1, 1, 2, 2);
  child().end({ exitCode: 0 });
  await passMs(500);
  child().write(3, 3, 3, 3);
  expect(frames.map(({ sequence, data }) => [sequence, data[1]])).toEqual([
    [0, 1],
    [1, 3],
  ]);
  subscription.unsubscribe();
});

test('coded video goes to its taker, stream by stream, until there is nothing in it of use', async () => {
  const said: string[] = [];
  const coded = {
    isUseful: true,
    begin: () => void said.push('begin'),
    push: (chunk: Uint8Array) => void said.push(`${chunk[0]}`),
    end: () => void said.push('end'),
  };
  const { child, children, subscription } = await start({ coded });
  child().coded.write(Uint8Array.of(7));
  child().end({ exitCode: 0 });
  await passMs(500);
  child().coded.write(Uint8Array.of(8));
  coded.isUseful = false;
  child().end({ exitCode: 0 });
  await passMs(2000);
  expect(children.map(({ hasCoded }) => hasCoded)).toEqual([true, true, false]);
  expect(said).toEqual(['begin', '7', 'end', 'begin', '8', 'end']);
  subscription.unsubscribe();
});

test('the password is in no event', async () => {
  const { child, events, subscription } = await start();
  child().said = 'rtsp://admin:s3cret@10.0.0.4/live: s3cret 401 Unauthorized';
  child().end({ exitCode: 1 });
  await passMs(0);
  expect(events.at(-1)).toMatchObject({ type: 'failed', cause: 'unauthorized' });
  expect(JSON.stringify(events)).not.toContain('s3cret');
  subscription.unsubscribe();
});

test('frames beyond the pool are dropped and counted; released ones make room', async () => {
  const { camera, child, frames, subscription } = await start({ poolFrames: 2 });
  child().write(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  expect(frames).toHaveLength(2);
  expect(camera.stats()).toEqual({ framesDecoded: 3, framesDropped: 1, pid: 4711 });
  frames[0]?.release();
  frames[0]?.release();
  child().write(4, 4, 4, 4, 5, 5, 5, 5);
  expect(frames.map(({ data }) => data[1])).toEqual([4, 2, 4]);
  subscription.unsubscribe();
});

test('after unsubscribing ffmpeg is asked to end and nothing is emitted any more', async () => {
  const { camera, child, events, frames, subscription } = await start();
  child().write(1, 1, 1, 1);
  const seen = events.length;
  subscription.unsubscribe();
  expect(child().signals).toEqual(['SIGTERM']);
  child().write(2, 2, 2, 2);
  child().end({ exitCode: 255 });
  await passMs(60_000);
  expect(frames).toHaveLength(1);
  expect(events).toHaveLength(seen);
  expect(camera.stats().pid).toBeUndefined();
});

test('a new subscription waits until the former ffmpeg is gone', async () => {
  const { child, children, frames, subscription, subscribe } = await start();
  subscription.unsubscribe();
  const next = subscribe();
  await passMs(1000);
  expect(children).toHaveLength(1);
  child().end({ exitCode: 255 });
  await passMs(0);
  expect(children).toHaveLength(2);
  child().write(5, 5, 5, 5);
  expect(frames.at(-1)?.data[1]).toBe(5);
  next.unsubscribe();
});

describe('with live frames', () => {
  const live = { width: 2, height: 1, format: 'rgb24', fps: 10 } as const;
  const startLive = async (more: Partial<CameraDeps> = {}) => {
    const started = await start(more, { live });
    const watched: Frame[] = [];
    const viewer = started.camera.live$.subscribe((frame) => watched.push(frame));
    return { ...started, watched, viewer };
  };

  test('gives them masked, in their own shape and with numbers of their own', async () => {
    const { child, frames, watched, subscription } = await startLive();
    child().writeLive(9, 9, 9, 9);
    child().write(7, 7, 7, 7);
    child().writeLive(9, 9, 8, 8, 8, 8, 8, 8);
    expect(frames.map(({ sequence, data }) => [sequence, ...data])).toEqual([[0, 0, 7, 0, 7]]);
    expect(watched.map(({ sequence, data }) => [sequence, ...data])).toEqual([
      [0, 0, 0, 0, 9, 9, 9],
      [1, 0, 0, 0, 8, 8, 8],
    ]);
    expect(watched[0]).toMatchObject({ camera: 'yard', width: 2, height: 1, format: 'rgb24' });
    subscription.unsubscribe();
  });

  test.each(['write', 'writeLive'] as const)('the watchdog is content with what %s brings alone', async (write) => {
    const { child, events, subscription } = await startLive();
    for (let count = 0; count < 5; count++) {
      child()[write](1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
      await passMs(2999);
    }
    expect(events.map(({ type }) => type)).toEqual(['connecting', 'connected']);
    expect(child().signals).toEqual([]);
    await passMs(1);
    expect(child().signals).toEqual(['SIGKILL']);
    subscription.unsubscribe();
  });

  test('those beyond their pool are dropped and counted, and harm no other', async () => {
    const { camera, child, frames, watched, subscription } = await startLive({ livePoolFrames: 1 });
    child().writeLive(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2);
    child().write(3, 3, 3, 3);
    expect([frames.length, watched.length]).toEqual([1, 1]);
    expect(camera.stats()).toEqual({
      framesDecoded: 1,
      framesDropped: 0,
      live: { framesDecoded: 2, framesDropped: 1 },
      pid: 4711,
    });
    watched[0]?.release();
    child().writeLive(4, 4, 4, 4, 4, 4);
    expect(watched.map(({ data }) => data[3])).toEqual([4, 4]);
    subscription.unsubscribe();
  });

  test('ffmpeg is told to make them when there are frames and an owner, and not to when there is none', async () => {
    const { camera, child, viewer, subscription } = await startLive();
    expect(child().told).toEqual([]);
    child().write(1, 1, 1, 1);
    expect(child().told).toEqual([true]);
    viewer.unsubscribe();
    expect(child().told).toEqual([true, false]);
    camera.live$.subscribe();
    expect(child().told).toEqual([true, false, true]);
    child().end({ exitCode: 0 });
    await passMs(500);
    child().write(1, 1, 1, 1);
    expect(child().told).toEqual([true]);
    subscription.unsubscribe();
  });

  test('while they are wanted and do not come, ffmpeg is told again each second', async () => {
    const { child, subscription } = await startLive();
    for (let count = 0; count < 11; count++) {
      child().write(1, 1, 1, 1);
      await passMs(200);
    }
    expect(child().told).toEqual([true, true, true]);
    for (let count = 0; count < 11; count++) {
      child().writeLive(1, 1, 1, 1, 1, 1);
      child().write(1, 1, 1, 1);
      await passMs(200);
    }
    expect(child().told).toHaveLength(3);
    subscription.unsubscribe();
  });

  test('a camera without them tells ffmpeg nothing', async () => {
    const { camera, child, subscription } = await start();
    camera.live$.subscribe();
    child().write(1, 1, 1, 1);
    await passMs(2000);
    child().write(1, 1, 1, 1);
    expect(child().told).toEqual([]);
    subscription.unsubscribe();
  });

  test('those that nobody takes are released at once: none is dropped for want of a buffer', async () => {
    const { camera, child, watched, viewer, subscription } = await startLive({ livePoolFrames: 1 });
    viewer.unsubscribe();
    for (let count = 0; count < 3; count++) child().writeLive(1, 1, 1, 1, 1, 1);
    expect(watched).toEqual([]);
    expect(camera.stats().live).toEqual({ framesDecoded: 3, framesDropped: 0 });
    subscription.unsubscribe();
  });

  test('they have one owner at a time', async () => {
    const { camera, child, watched, viewer, subscription } = await startLive();
    const error = jest.fn();
    camera.live$.subscribe({ error });
    expect(error).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('owner') }));
    viewer.unsubscribe();
    camera.live$.subscribe((frame) => watched.push(frame));
    child().writeLive(1, 1, 1, 1, 1, 1);
    expect(watched).toHaveLength(1);
    subscription.unsubscribe();
  });

  test('they go on after a reconnection, without the half of one that was left', async () => {
    const { child, watched, subscription } = await startLive();
    child().writeLive(1, 1, 1, 1, 1, 1, 2, 2);
    child().end({ exitCode: 0 });
    await passMs(500);
    child().writeLive(3, 3, 3, 3, 3, 3);
    expect(watched.map(({ sequence, data }) => [sequence, data[3]])).toEqual([
      [0, 1],
      [1, 3],
    ]);
    subscription.unsubscribe();
    child().writeLive(4, 4, 4, 4, 4, 4);
    expect(watched).toHaveLength(2);
  });
});
