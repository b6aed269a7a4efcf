import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { FORMAT_GRAY, decompressSync } from '@julusian/jpeg-turbo';
import { NEVER } from 'rxjs';

import { AlertMedia } from '../../src/pipeline/alert-media.ts';
import type { AlertMediaDeps } from '../../src/pipeline/alert-media.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'nightjar-media-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mediaWith = (...cameras: readonly string[]) => {
  const deps: AlertMediaDeps = {
    jpegQuality: 90,
    ffmpeg: {} as AlertMediaDeps['ffmpeg'],
    store: { get: () => undefined, setClip: () => undefined },
    onClip() {},
    onError(error) {
      throw error;
    },
    ticks$: NEVER,
  };
  const clips = { enabled: false as const, preRollSeconds: 3, postRollSeconds: 2, maxSeconds: 60 };
  const media = new AlertMedia(folder, { clips, minSeconds: 1 } as ConstructorParameters<typeof AlertMedia>[1], deps);
  for (const id of cameras) media.addCamera({ id, mask: [] });
  const see = (camera: string, capturedAt: number, brightness: number): void => {
    const data = new Uint8Array(256).fill(brightness);
    const frame = { camera, sequence: 0, capturedAt, width: 16, height: 16, format: 'gray' as const, data };
    media.onPrediction({ frame: { ...frame, release() {} }, queuedMs: 0, inferenceMs: 0 });
    // The pixels are the pool's again when the call is over.
    data.fill(255);
  };
  return { media, see };
};

test('of each camera the last frame is kept, whatever becomes of its memory', () => {
  const { media, see } = mediaWith('door', 'yard', 'dark');
  see('door', 1, 10);
  see('door', 2, 90);
  see('yard', 3, 30);
  const pictures = ['door', 'yard', 'dark'].map((camera) => {
    const last = media.lastFrameOf(camera);
    const at = last?.capturedAt;
    if (at === undefined) return undefined;
    const { data } = decompressSync(last!.takeJpeg(at)!, { format: FORMAT_GRAY });
    return [at, data[0]];
  });
  expect(pictures).toEqual([[2, 90], [3, 30], undefined]);
});

test('a camera that was changed has no last frame of the one before', () => {
  const { media, see } = mediaWith('door');
  see('door', 1, 10);
  media.removeCamera('door');
  expect(media.lastFrameOf('door')).toBeUndefined();
  see('door', 2, 10);
  media.addCamera({ id: 'door', mask: [] });
  expect(media.lastFrameOf('door')?.capturedAt).toBeUndefined();
});
