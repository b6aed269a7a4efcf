import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';
import { interval } from 'rxjs';

import { AlertMediaFiles } from '../../src/alert/alert-media-files.ts';
import { openAlertStore } from '../../src/alert/alert-store.ts';
import type { AlertStore } from '../../src/alert/alert-store.ts';
import { openCamera } from '../../src/camera/camera.ts';
import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../../src/camera/find-ffmpeg.ts';
import type { CameraOptions } from '../../src/core/camera.ts';
import type { Alert } from '../../src/core/status.ts';
import { AlertMedia } from '../../src/pipeline/alert-media.ts';
import { parseSimulatorUrl, startSimulator } from '../../src/simulate/simulator.ts';
import type { Simulator } from '../../src/simulate/simulator.ts';
import { alertOf } from '../support/alert-of.ts';
import { waitUntil } from '../support/wait-until.ts';

// A real camera over RTSP (the simulator), a real ffmpeg, a real store; only the alerts are the test's.
jest.setTimeout(120_000);

const fps = 10;
let folder: string;
let ffmpeg: Ffmpeg;
let simulator: Simulator;
let store: AlertStore;
const clipped: Alert[] = [];
const errors: unknown[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-clips-'));
  ffmpeg = await findFfmpeg();
  const url = `simulator://walkway?width=320&height=180&fps=${fps}&schedule=none`;
  simulator = await startSimulator({ ...parseSimulatorUrl(url), ffmpeg: ffmpeg.path });
  store = openAlertStore(folder);
});
afterAll(async () => {
  await simulator.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (enabled: boolean | 'always' = true) => ({
  ...{
    falseAlarmsPerDay: 1,
    minSeconds: 0.4,
    clearBelow: 0.8,
    holdSeconds: 2,
    cooldownSeconds: 30,
    smoothingSeconds: 0,
  },
  clips: { enabled, preRollSeconds: 3, postRollSeconds: 2, maxSeconds: 60 },
});
const openMedia = (of = store, enabled?: boolean | 'always') =>
  new AlertMedia(folder, settings(enabled) as ConstructorParameters<typeof AlertMedia>[1], {
    jpegQuality: 80,
    ffmpeg,
    store: of,
    onClip: (alert) => clipped.push(alert),
    onError: (error) => errors.push(error),
    ticks$: interval(200),
  });

const alert = (id: string, startAt: number, endAt: number | null = null): Alert =>
  alertOf(id, { camera: 'yard', startAt, peakAt: startAt, endAt });
const shape = { width: 64, height: 48, format: 'gray' } as const;
const cameraOf = (url: string): CameraOptions => ({
  ...{ id: 'yard', url, transport: 'tcp', fps: 5, mask: [], ...shape },
  live: { ...shape, fps: 5 },
});

/** Runs a camera with media of its own, and hands the test what raises and ends an alert. */
const withCamera = async (url: string, body: (media: AlertMedia, frames: () => number) => Promise<void>) => {
  const media = openMedia();
  const coded = media.addCamera({ id: 'yard', mask: [] });
  const camera = openCamera(cameraOf(url), { ffmpeg, ...(coded && { coded }) });
  let frames = 0;
  const subscription = camera.frames$.subscribe((frame) => {
    frames += 1;
    frame.release();
  });
  try {
    await waitUntil('25 frames are there', () => expect(frames).toBeGreaterThanOrEqual(25));
    await body(media, () => frames);
  } finally {
    subscription.unsubscribe();
    await waitUntil('ffmpeg is gone', () => expect(camera.stats().pid).toBeUndefined());
    await media.close();
  }
};
const untilClip = async (...ids: string[]): Promise<void> =>
  waitUntil('the clips are there', () => expect(ids.filter((id) => !store.get(id)?.hasClip)).toEqual([]));

interface Probed {
  readonly streams: readonly {
    readonly codec_name: string;
    readonly codec_tag_string: string;
    readonly width: number;
  }[];
  readonly format: { readonly duration: string };
  readonly packets: readonly { readonly pts_time: string; readonly flags: string }[];
}
const probe = async (id: string): Promise<Probed> => {
  const file = path.join(folder, 'clips', `${id}.mp4`);
  const show = 'stream=codec_name,codec_tag_string,width:format=duration:packet=pts_time,flags';
  const { stdout, stderr } = await execa('ffprobe', ['-v', 'error', '-of', 'json', '-show_entries', show, file]);
  expect(stderr).toBe('');
  // Every picture can be decoded.
  const decoded = await execa(ffmpeg.path, ['-v', 'error', '-i', file, '-f', 'null', '-']);
  expect(decoded.stderr).toBe('');
  return JSON.parse(stdout) as Probed;
};

test('clips hold what the camera sent, from a key frame before the pre-roll to the post-roll; two at once share the ring', async () => {
  await withCamera(simulator.url, async (media) => {
    const startAt = Date.now() - 500;
    media.onAlert({ event: 'opened', alert: store.save(alert('one', startAt))! });
    media.onAlert({ event: 'opened', alert: store.save({ ...alert('two', startAt), kind: 'scene-change' })! });
    await delay(2000);
    const endAt = Date.now();
    media.onAlert({ event: 'closed', alert: store.save(alert('one', startAt, endAt))! });
    media.onAlert({ event: 'closed', alert: store.save({ ...alert('two', startAt, endAt), kind: 'scene-change' })! });
    await untilClip('one', 'two');
    for (const id of ['one', 'two']) {
      const { streams, format, packets } = await probe(id);
      expect(streams).toEqual([{ codec_name: 'h264', codec_tag_string: 'avc1', width: 320 }]);
      expect(packets[0]?.flags).toMatch(/^K/);
      // 3 s before it and 2 s after it; a key frame each second.
      const aroundIt = Number(format.duration) - (endAt - startAt) / 1000;
      expect(aroundIt).toBeGreaterThan(4.5);
      expect(aroundIt).toBeLessThan(7);
    }
    expect(
      clipped.map(({ id, hasClip }) => [id, hasClip]).toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ).toEqual([
      ['one', true],
      ['two', true],
    ]);
    expect(errors).toEqual([]);
    expect(readdirSync(path.join(folder, 'clips')).sort()).toEqual(['one.mp4', 'two.mp4']);
  });
});

test.each([
  ['h264', 'libx264', 'avc1'],
  ['hevc', 'libx265', 'hvc1'],
])('a looped file in %s gives clips whose time goes on across its end', async (codec, encoder, tag) => {
  const file = path.join(folder, `${codec}.mp4`);
  const encode = ['-c:v', encoder, '-g', String(fps), '-preset', 'ultrafast', '-x265-params', 'log-level=none'];
  await execa(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=128x96:r=${fps}:d=3`, ...encode, file]);
  await withCamera(file, async (media) => {
    const startAt = Date.now();
    media.onAlert({ event: 'opened', alert: store.save(alert(codec, startAt))! });
    await delay(2000);
    media.onAlert({ event: 'closed', alert: store.save(alert(codec, startAt, Date.now()))! });
    await untilClip(codec);
    const { streams, packets, format } = await probe(codec);
    expect(streams).toEqual([{ codec_name: codec, codec_tag_string: tag, width: 128 }]);
    expect(packets[0]?.flags).toMatch(/^K/);
    const times = packets.map(({ pts_time }) => Number(pts_time)).sort((a, b) => a - b);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(Math.max(...gaps)).toBeLessThan(3 / fps);
    expect(Number(format.duration)).toBeGreaterThan(6);
  });
});

test('a camera that goes away leaves a clip of its last seconds', async () => {
  const media = openMedia();
  const ring = media.addCamera({ id: 'yard', mask: [] })!;
  const camera = openCamera(cameraOf(simulator.url), { ffmpeg, coded: ring });
  const subscription = camera.frames$.subscribe((frame) => frame.release());
  await waitUntil('video is there', () => expect(ring.bytes).toBeGreaterThan(0));
  await delay(3000);
  subscription.unsubscribe();
  await delay(1500);
  media.onAlert({ event: 'opened', alert: store.save({ ...alert('down', Date.now()), kind: 'camera-down' })! });
  await untilClip('down');
  expect(Number((await probe('down')).format.duration)).toBeGreaterThan(2);
  await media.close();
});

test.each(['MJPEG', 'raw video'])('a file of %s: frames as ever, and no clip', async (name) => {
  const file = path.join(folder, `${name.replace(' ', '-')}.mkv`);
  const encode = [
    '-c:v',
    name === 'MJPEG' ? 'mjpeg' : 'rawvideo',
    '-pix_fmt',
    name === 'MJPEG' ? 'yuvj420p' : 'yuv420p',
  ];
  await execa(ffmpeg.path, ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=128x96:r=${fps}:d=3`, ...encode, file]);
  await withCamera(file, async (media, frames) => {
    media.onAlert({ event: 'opened', alert: store.save(alert(name, Date.now()))! });
    const before = frames();
    await waitUntil('10 more frames are there', () => expect(frames()).toBeGreaterThanOrEqual(before + 10));
    expect(existsSync(path.join(folder, 'clips', `${name}.mp4`))).toBe(false);
    expect(errors).toEqual([]);
  });
});

test('a camera with a mask gives no clips unless it is told to always', async () => {
  const mask = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  ] as const;
  const givesClips = async (enabled: boolean | 'always', of: Parameters<AlertMedia['addCamera']>[0]['mask']) => {
    const media = openMedia(store, enabled);
    const isGiven = media.addCamera({ id: 'a', mask: of }) !== undefined;
    await media.close();
    return isGiven;
  };
  expect(await givesClips(true, mask)).toBe(false);
  expect(await givesClips(true, [])).toBe(true);
  expect(await givesClips(false, [])).toBe(false);
  expect(await givesClips('always', mask)).toBe(true);
});

test('a kill -9 while a clip is recorded leaves nothing half behind', async () => {
  const own = mkdtempSync(path.join(tmpdir(), 'nightjar-clips-kill-'));
  const child = spawn(process.execPath, [path.resolve('tests/pipeline/record-forever.js'), own, simulator.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const exited = once(child, 'exit');
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) if (chunk.includes('whole')) break;
    child.kill('SIGKILL');
    await exited;
    const clips = path.join(own, 'clips');
    expect(readdirSync(clips)).toContain('.half.ts');
    const after = openAlertStore(own);
    const files = new AlertMediaFiles(own, (id) => after.get(id)?.hasClip === true);
    expect(readdirSync(files.clips)).toEqual(['whole.mp4']);
    expect(after.get('whole')?.hasClip).toBe(true);
    expect(after.get('half')?.hasClip).toBe(false);
    after.close();
  } finally {
    child.kill('SIGKILL');
    rmSync(own, { recursive: true, force: true });
  }
});
