import type { CameraOptions } from '../core/camera.ts';
import { CameraError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import { failureCause } from './failure-cause.ts';
import { cameraCommand } from './ffmpeg-command.ts';
import { spawnFfmpeg } from './ffmpeg-process.ts';
import type { SpawnFfmpeg } from './ffmpeg-process.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { redactorFor } from './redact.ts';

/** What a camera sends, before it is scaled. */
export interface CameraProbe {
  /** FFmpeg's name of it, such as h264, hevc, mjpeg. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** As the stream declares it; absent when it does not. */
  readonly fps?: number;
  /** From the start of ffmpeg to the first whole frame. */
  readonly firstFrameMs: number;
}

/** Reads the stream's description from ffmpeg's log at level `verbose`: ffprobe is not everywhere ffmpeg is. */
export const parseStream = (log: string): Omit<CameraProbe, 'firstFrameMs'> | undefined => {
  const [, codec, rest = ''] = /Stream #0:\d+.*: Video: (\w+)(.*)/.exec(log) ?? [];
  // The filter graph's input is known exactly; the stream's line lacks the size when ffmpeg did not look far enough.
  const [, width, height] = /\bw:(\d+) h:(\d+) pixfmt:/.exec(log) ?? /, (\d+)x(\d+)/.exec(rest) ?? [];
  const [, fps] = /, ([\d.]+) fps/.exec(rest) ?? [];
  if (codec === undefined || width === undefined) return undefined;
  return { codec, width: Number(width), height: Number(height), ...(fps !== undefined && { fps: Number(fps) }) };
};

export interface ProbeDeps {
  readonly ffmpeg: Ffmpeg;
  readonly spawn?: SpawnFfmpeg;
  readonly timeoutMs?: number;
}

/**
 * Opens a camera as `openCamera` does, for one frame and without live ones. Rejects with CameraError (the named cause)
 * or ConfigError (the URL).
 */
export const probeCamera = async (
  { live: _live, ...options }: CameraOptions,
  { ffmpeg, spawn = spawnFfmpeg, timeoutMs = 10_000 }: ProbeDeps,
): Promise<CameraProbe> => {
  const startedAt = performance.now();
  const child = spawn(ffmpeg, cameraCommand(options, ffmpeg, { loglevel: 'verbose' }));
  const wanted = bytesPerFrame(options);
  let received = 0;
  let firstFrameMs: number | undefined;
  let stalled = false;
  const timer = setTimeout(() => {
    stalled = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  child.stdout.on('data', (chunk) => {
    received += chunk.length;
    if (received < wanted || firstFrameMs !== undefined) return;
    firstFrameMs = performance.now() - startedAt;
    child.kill('SIGTERM');
  });
  const exit = await child.exit;
  clearTimeout(timer);

  const stream = parseStream(child.stderr());
  if (stream && firstFrameMs !== undefined) return { ...stream, firstFrameMs };
  const elapsedMs = performance.now() - startedAt;
  const { cause, message } = failureCause({ ...exit, stderr: child.stderr(), frames: 0, elapsedMs, stalled });
  throw new CameraError(cause, redactorFor(options.url)(message));
};
