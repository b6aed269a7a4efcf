import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { findFfmpeg } from '../../src/camera/find-ffmpeg.ts';
import { describeMedia, parseLog } from '../../src/media/describe-media.ts';
import { parsePam } from '../../src/media/pam.ts';

const log = (video: string, more = ''): string => `Input #0, mov,mp4, from 'file:a.mp4':
  Duration: 00:01:02.50, start: 0.000000, bitrate: 205 kb/s
  Stream #0:0[0x1](und): Video: ${video}
${more}Stream mapping:
  Stream #0:0 -> #0:0 (h264 (native) -> pam (native))
  Stream #0:0: Video: pam, rgb24(pc, gbr/unknown/unknown, progressive), 98x54, q=2-31, 200 kb/s, 7 fps, 7 tbn`;

test.each([
  ['h264 (High), yuv420p(tv, bt709, progressive), 98x54, 53 kb/s, 29.97 fps, 29.97 tbr, 30k tbn', 54, { fps: 30_000 / 1001, matrix: 'bt709' }],
  ['h264 (High), yuv420p(tv, smpte170m/bt709/bt709), 1920x1080, 25 fps, 25 tbr', 1080, { fps: 25, matrix: 'bt601' }],
  ['h264 (High), yuv420p(progressive), 1280x720, 23.98 fps, 23.98 tbr', 720, { fps: 24_000 / 1001, matrix: 'bt709' }],
  ['h264 (High), yuvj420p(pc), 640x360, 12.5 fps', 360, { fps: 12.5, matrix: 'bt601' }],
  ['rawvideo, rgb24, 8x8, 90k tbr, 90k tbn', 8, { fps: 25, matrix: 'bt601' }],
])('%s in a picture of height %i', (video, height, expected) => {
  expect(parseLog(log(video), { height })).toEqual({ durationSeconds: 62.5, hasAudio: false, ...expected });
}); // prettier-ignore

test('sound is heard of, and a file that says no length has length 0', () => {
  const sound = '  Stream #0:1(und): Audio: aac (LC), 44100 Hz, mono, fltp, 69 kb/s\n';
  const { hasAudio, durationSeconds } = parseLog(log('h264, 25 fps', sound).replace('00:01:02.50', 'N/A'), {
    height: 8,
  });
  expect({ hasAudio, durationSeconds }).toEqual({ hasAudio: true, durationSeconds: 0 });
});

test('a PAM that is cut off is no picture', () => {
  const header = 'P7\nWIDTH 2\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n';
  expect(parsePam(Buffer.from(`${header}abcdef`))).toEqual({ width: 2, height: 1, format: 'rgb24', data: Buffer.from('abcdef') }); // prettier-ignore
  expect(parsePam(Buffer.from(`${header}abcde`))).toBeUndefined();
});

test('a picture that ends in the byte of a line feed is whole', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-describe-'));
  try {
    const ffmpeg = await findFfmpeg();
    const file = path.join(folder, 'ten.pgm');
    await writeFile(file, Buffer.concat([Buffer.from('P5\n4 2\n255\n'), Buffer.alloc(8, 10)]));
    const { first } = await describeMedia(file, ffmpeg);
    expect([...first.data]).toEqual([10, 10, 10, 10, 10, 10, 10, 10]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
