import { Subject } from 'rxjs';

import { encodeVideo, type RawPicture, type VideoChunk } from '../../src/video/encode-video.ts';
import { encoderProblem, encoderSpawner, type SpawnEncoder } from '../../src/video/encoder-process.ts';
import { nalsOf } from '../../src/video/avc.ts';

const ffmpeg = { path: 'ffmpeg', launcher: [], version: [5, 1] as const };
const [width, height] = [96, 64];
const pictureOf = (sequence: number): RawPicture => ({
  sequence,
  capturedAt: sequence,
  width,
  height,
  format: 'rgb24',
  data: Uint8Array.from({ length: width * height * 3 }, (_byte, at) => at + sequence * 5),
});

test('the real encoder gives each picture before it has the next one', async () => {
  const pictures$ = new Subject<RawPicture>();
  const chunks: VideoChunk[] = [];
  let wake = (): void => undefined;
  const exits: Promise<string>[] = [];
  const spawn: SpawnEncoder = (shape, fps) => {
    const child = encoderSpawner(ffmpeg)(shape, fps);
    exits.push(child.exit);
    return child;
  };
  const subscription = encodeVideo(pictures$, 10, { spawn }).subscribe((chunk) => {
    chunks.push(chunk);
    wake();
  });
  for (let sequence = 0; sequence < 5; sequence++) {
    pictures$.next(pictureOf(sequence));
    await new Promise<void>((resolve) => (wake = resolve));
  }
  subscription.unsubscribe();
  expect(await Promise.all(exits)).toHaveLength(1);
  expect(chunks.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  expect(chunks.map(({ keyFrame }) => keyFrame)).toEqual([true, false, false, false, false]);
  expect(chunks[0]?.config).toMatchObject({ codec: expect.stringMatching(/^avc1\.[0-9A-F]{6}$/), width, height });
  const types = nalsOf(chunks[0]?.data ?? Buffer.alloc(0)).map((nal) => (nal[0] ?? 0) & 31);
  expect(types.at(-1)).toBe(5);
});

test('an ffmpeg that can encode H.264 has no problem, one that cannot has its reason', async () => {
  expect(await encoderProblem(ffmpeg)).toBeUndefined();
  expect(await encoderProblem({ path: 'false', launcher: [], version: [5, 1] as const })).toBe(
    'ffmpeg ended with exit code 1',
  );
  expect(await encoderProblem({ path: '/nowhere/ffmpeg', launcher: [], version: [5, 1] as const })).toMatch(/ffmpeg/);
});

test('a program that cannot run, and one that ends, say so', async () => {
  const shape = { width, height, format: 'gray' } as const;
  expect(
    await encoderSpawner({ path: '/nowhere/ffmpeg', launcher: [], version: [5, 1] as const })(shape, 5).exit,
  ).toMatch(/cannot run/);
  expect(await encoderSpawner({ path: 'false', launcher: [], version: [5, 1] as const })(shape, 5).exit).toBe(
    'the encoder ended with exit code 1: it said nothing',
  );
});
