import type { FfmpegCommand } from '../../src/camera/ffmpeg-command.ts';
import type { SpawnFfmpeg } from '../../src/camera/ffmpeg-process.ts';
import { parseStream, probeCamera } from '../../src/camera/probe.ts';

const shape = { width: 64, height: 48, format: 'gray' } as const;

test.each([
  [
    'the stream says all',
    `  Stream #0:0: Video: h264 (Constrained Baseline), 1 reference frame, yuv420p(tv, smpte170m, progressive, left), 320x240 [SAR 1:1 DAR 4:3], 15 fps, 15 tbr, 90k tbn
[graph 0 input from stream 0:0 @ 0x56] w:320 h:240 pixfmt:yuv420p tb:1/90000 fr:15/1 sar:1/1`,
    { codec: 'h264', width: 320, height: 240, fps: 15 },
  ],
  [
    'only the decoder learnt the size',
    `  Stream #0:0(eng): Video: hevc (Main), none, 90k tbr, 90k tbn
[graph 0 input from stream 0:0 @ 0x56] w:1920 h:1080 pixfmt:yuvj420p tb:1/90000 fr:25/1 sar:0/1`,
    { codec: 'hevc', width: 1920, height: 1080 },
  ],
  [
    'sound comes first',
    `  Stream #0:0: Audio: pcm_mulaw, 8000 Hz, mono, s16, 64 kb/s
  Stream #0:1: Video: mjpeg (Baseline), yuvj422p(pc, bt470bg/unknown/unknown), 640x480, 29.97 fps, 30 tbr, 90k tbn`,
    { codec: 'mjpeg', width: 640, height: 480, fps: 29.97 },
  ],
])('reads codec, size and rate where %s', (_situation, log, stream) => {
  expect(parseStream(log)).toEqual(stream);
});

test('finds nothing where there is no video', () => {
  expect(parseStream('  Stream #0:0: Audio: aac (LC), 48000 Hz, stereo, fltp')).toBeUndefined();
});

test('a probe asks for no live frames, whatever the camera is to show', async () => {
  const commands: FfmpegCommand[] = [];
  const options = { id: 'yard', url: '/dev/video0', transport: 'tcp', fps: 5, mask: [], ...shape } as const;
  const spawn: SpawnFfmpeg = (_ffmpeg, command) => {
    commands.push(command);
    return {
      pid: undefined,
      stdout: { on: () => undefined, async *[Symbol.asyncIterator]() {} },
      exit: Promise.resolve({ exitCode: 1 }),
      tell: () => undefined,
      stderr: () => '',
      kill: () => undefined,
    };
  };
  const ffmpeg = { path: 'ffmpeg', version: [5, 1], launcher: [] } as const;
  await expect(probeCamera({ ...options, live: { ...shape, fps: 10 } }, { ffmpeg, spawn })).rejects.toThrow();
  expect(commands.map(({ args, hasLive }) => [args.includes('pipe:3'), hasLive])).toEqual([[false, undefined]]);
});
