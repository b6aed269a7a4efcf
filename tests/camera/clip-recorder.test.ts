import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ClipRecorder } from '../../src/camera/clip-recorder.ts';
import { ClipRing } from '../../src/camera/clip-ring.ts';
import { remuxArgs } from '../../src/camera/remux-clip.ts';
import type { AlertEvent } from '../../src/core/status.ts';
import { alertOf } from '../support/alert-of.ts';
import { pat, picture, pmt, streamTypes } from '../support/transport-stream.ts';
import { waitUntil } from '../support/wait-until.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-clips-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A camera with a key frame each second, whose first byte is the second's number; an MP4 is a copy of the stream. */
const start = ({ remux, ...more }: { remux?: () => Promise<void>; maxSeconds?: number } = {}) => {
  let now = 0;
  const made: string[] = [];
  const errors: unknown[] = [];
  const ring = new ClipRing({ seconds: 10, now: () => now });
  const options = { preRollSeconds: 2, postRollSeconds: 1, maxSeconds: 60, ...more };
  const recorder = new ClipRecorder(options, {
    ring,
    folder,
    remux:
      remux ??
      (async (args) => {
        const [from, to] = [args[args.indexOf('-i') + 1]!, args.at(-1)!].map((name) => name.replace('file:', ''));
        copyFileSync(from!, to!);
      }),
    onClip: (id) => made.push(id),
    onError: (error) => errors.push(error),
    now: () => now,
  });
  ring.begin();
  ring.push(Buffer.concat([pat(), pmt(streamTypes.h264)]));
  const passTo = (second: number): void => {
    for (let next = Math.floor(now / 1000) + 1; next <= second; next++) {
      now = next * 1000;
      ring.push(picture('key', 1, next));
    }
  };
  const tell = (event: AlertEvent['event'], id: string, startSecond: number, endSecond?: number): void => {
    const endAt = endSecond === undefined ? null : endSecond * 1000;
    recorder.onAlert({ event, alert: alertOf(id, { camera: 'a', startAt: startSecond * 1000, endAt }) });
  };
  /** The seconds in a clip. */
  const seconds = (id: string): number[] => {
    const bytes = readFileSync(path.join(folder, `${id}.mp4`));
    return Array.from({ length: bytes.length / 188 - 2 }, (_, index) => bytes[(index + 2) * 188 + 6]!);
  };
  return { recorder, ring, made, errors, passTo, tell, seconds, wait: (ms: number) => (now += ms) };
};

test('a clip has the pre-roll, the alert and the post-roll, even where the end is told late', async () => {
  const { recorder, made, passTo, tell, seconds } = start();
  passTo(10);
  tell('opened', 'a', 9);
  passTo(13);
  tell('closed', 'a', 9, 12);
  passTo(20);
  await recorder.close();
  expect(made).toEqual(['a']);
  expect(seconds('a')).toEqual([7, 8, 9, 10, 11, 12, 13]);
  expect(readdirSync(folder)).toEqual(['a.mp4']);
});

test('an alert that goes on before its post-roll is over is recorded on', async () => {
  const { recorder, passTo, tell, seconds } = start();
  passTo(10);
  tell('opened', 'a', 10);
  tell('closed', 'a', 10, 10);
  passTo(11);
  tell('updated', 'a', 10);
  passTo(14);
  tell('closed', 'a', 10, 13);
  passTo(20);
  await recorder.close();
  expect(seconds('a')).toEqual([8, 9, 10, 11, 12, 13, 14]);
});

test('no clip is longer than it may be', async () => {
  const { recorder, passTo, tell, seconds } = start({ maxSeconds: 4 });
  passTo(10);
  tell('opened', 'a', 10);
  passTo(30);
  await recorder.close();
  expect(seconds('a')).toEqual([8, 9, 10, 11, 12]);
});

test('without pictures the passing time ends a clip', async () => {
  const { recorder, made, passTo, tell, wait } = start();
  passTo(10);
  tell('opened', 'a', 10);
  tell('closed', 'a', 10, 10);
  wait(1500);
  recorder.tick();
  await waitUntil('it is made', () => expect(made.length).toBeGreaterThan(0));
  expect(made).toEqual(['a']);
});

test('a remux that fails leaves no file, and says so', async () => {
  const { recorder, made, errors, passTo, tell } = start({ remux: async () => Promise.reject(new Error('no ffmpeg')) });
  passTo(3);
  tell('opened', 'a', 3);
  await recorder.close();
  expect([made, errors]).toEqual([[], [new Error('no ffmpeg')]]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that cannot be written to costs the clip and nothing else', async () => {
  const { recorder, errors, passTo, tell } = start();
  passTo(3);
  rmSync(folder, { recursive: true });
  tell('opened', 'a', 3);
  await recorder.close();
  expect(errors).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  folder = mkdtempSync(path.join(tmpdir(), 'nightjar-clips-'));
});

test('eight alerts at a time have clips, and the ninth is said to have none', async () => {
  const { recorder, made, errors, passTo, tell } = start();
  passTo(3);
  for (let number = 0; number < 9; number++) tell('opened', `a${number}`, 3);
  await recorder.close();
  expect(made).toHaveLength(8);
  expect(errors).toEqual([new Error('more than 8 alerts at a time')]);
});

test('a camera that sent nothing yet gives no clip', async () => {
  const { recorder, made, errors, tell } = start();
  tell('opened', 'a', 0);
  await recorder.close();
  expect([made, errors, readdirSync(folder)]).toEqual([[], [], []]);
});

test('an MP4 is a copy of the video, which can be played while it loads; HEVC has the name that Apple knows', () => {
  const start = '-hide_banner -nostdin -nostats -loglevel error -y -protocol_whitelist file -f mpegts -i file:/a/.b.ts';
  const end = '-movflags +faststart -f mp4 file:/a/.b.mp4';
  expect(remuxArgs('/a/.b.ts', '/a/.b.mp4', 'h264').join(' ')).toBe(`${start} -map 0:v:0 -c copy ${end}`);
  expect(remuxArgs('/a/.b.ts', '/a/.b.mp4', 'hevc').join(' ')).toBe(`${start} -map 0:v:0 -c copy -tag:v hvc1 ${end}`);
});
