import type { CameraOptions } from '../core/camera.ts';
import { CameraError } from '../core/errors.ts';
import { bytesPerFrame } from '../core/frame.ts';
import { failureCause } from './failure-cause.ts';
import { cameraCommand, pictureCommand } from './ffmpeg-command.ts';
import type { FfmpegCommand } from './ffmpeg-command.ts';
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
  /** Ends the probe, which then rejects with the reason. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a camera as `openCamera` does, for one frame and without live ones. Rejects with CameraError (the named cause)
 * or ConfigError (the URL).
 */
export const probeCamera = async (
  { live: _live, ...options }: CameraOptions,
  { timeoutMs = 10_000, ...deps }: ProbeDeps,
): Promise<CameraProbe> => {
  const wanted = bytesPerFrame(options);
  let received = 0;
  const isWhole = (chunk: Uint8Array): boolean => (received += chunk.length) >= wanted;
  const command = cameraCommand(options, deps.ffmpeg, { loglevel: 'verbose' });
  return runUntil(isWhole, command, { ...deps, timeoutMs, redact: redactorFor(options.url) });
};

/** What a camera sends, and its first picture as JPEG. */
export interface CameraPicture extends Pick<CameraProbe, 'codec' | 'width' | 'height'> {
  readonly picture: Buffer;
}

/** The longest side of the picture of a probe. */
const pictureSide = 640;

/** Looks at a camera once, decoding one picture. Rejects as `probeCamera` does. */
export const probePicture = async (
  source: Pick<CameraOptions, 'url' | 'transport'>,
  { timeoutMs = 15_000, ...deps }: ProbeDeps,
): Promise<CameraPicture> => {
  const chunks: Uint8Array[] = [];
  // The end of a JPEG: FF D9 is nowhere else in it.
  const isWhole = (chunk: Uint8Array): boolean => {
    chunks.push(chunk);
    return Buffer.concat(chunks.slice(-2)).subarray(-2).toString('hex') === 'ffd9';
  };
  const command = pictureCommand(source, pictureSide, deps.ffmpeg);
  const { codec, width, height } = await runUntil(isWhole, command, {
    ...deps,
    timeoutMs,
    redact: redactorFor(source.url),
  });
  return { codec, width, height, picture: Buffer.concat(chunks) };
};

interface Run extends ProbeDeps {
  readonly timeoutMs: number;
  readonly redact: (text: string) => string;
}

/** Runs ffmpeg until its output is whole. Rejects with CameraError, or with the signal's reason. */
const runUntil = async (
  isWhole: (chunk: Uint8Array) => boolean,
  command: FfmpegCommand,
  { ffmpeg, spawn = spawnFfmpeg, timeoutMs, signal, redact }: Run,
): Promise<CameraProbe> => {
  signal?.throwIfAborted();
  const startedAt = performance.now();
  const child = spawn(ffmpeg, command);
  let firstFrameMs: number | undefined;
  let stalled = false;
  const timer = setTimeout(() => {
    stalled = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const interrupt = (): void => child.kill('SIGKILL');
  signal?.addEventListener('abort', interrupt, { once: true });
  child.stdout.on('data', (chunk) => {
    if (firstFrameMs !== undefined || !isWhole(chunk)) return;
    firstFrameMs = performance.now() - startedAt;
    child.kill('SIGTERM');
  });
  const exit = await child.exit;
  clearTimeout(timer);
  signal?.removeEventListener('abort', interrupt);

  const stream = parseStream(child.stderr());
  if (stream && firstFrameMs !== undefined) return { ...stream, firstFrameMs };
  signal?.throwIfAborted();
  const elapsedMs = performance.now() - startedAt;
  const { cause, message } = failureCause({ ...exit, stderr: child.stderr(), frames: 0, elapsedMs, stalled });
  throw new CameraError(cause, redact(message));
};
