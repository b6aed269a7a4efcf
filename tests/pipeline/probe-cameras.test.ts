import { setImmediate } from 'node:timers/promises';

import type { CameraPicture } from '../../src/camera/probe.ts';
import { CameraError } from '../../src/core/errors.ts';
import { probeCameras } from '../../src/pipeline/probe-cameras.ts';

const ffmpeg = { path: 'ffmpeg', version: [5, 1], launcher: [] } as const;
const { signal } = new AbortController();
const source = { url: 'rtsp://door/live', transport: 'tcp' } as const;

test('gives the picture as a data URL, and a failure by its cause', async () => {
  const looks: (() => Promise<CameraPicture>)[] = [
    async () => ({ codec: 'h264', width: 1920, height: 1080, picture: Buffer.from([1, 2, 3]) }),
    async () => Promise.reject(new CameraError('unauthorized', 'wrong password')),
    async () => Promise.reject(new Error('a bug')),
  ];
  const probe = probeCameras({ ffmpeg, signal, look: async () => looks.shift()!() });
  expect(await probe(source)).toEqual({
    ok: true,
    codec: 'h264',
    width: 1920,
    height: 1080,
    picture: 'data:image/jpeg;base64,AQID',
  });
  expect(await probe(source)).toEqual({ ok: false, cause: 'unauthorized', message: 'wrong password' });
  await expect(probe(source)).rejects.toThrow('a bug');
});

test('looks at two cameras at a time, and at the next when one of them is done', async () => {
  const waiting: (() => void)[] = [];
  const look = async (): Promise<CameraPicture> =>
    new Promise((_resolve, reject) => waiting.push(() => reject(new CameraError('timeout', 'no answer'))));
  const probe = probeCameras({ ffmpeg, signal, look });
  const first = [probe(source), probe(source)];
  expect(first).not.toContain(undefined);
  expect(probe(source)).toBeUndefined();
  waiting[0]!();
  await first[0];
  await setImmediate();
  expect(probe(source)).toBeDefined();
  expect(waiting).toHaveLength(3);
});
