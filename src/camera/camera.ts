import { Observable, Subject, asyncScheduler } from 'rxjs';
import type { SchedulerLike, Subscription } from 'rxjs';
import type { CameraEvent, CameraOptions } from '../core/camera.ts';
import { CameraError } from '../core/errors.ts';
import { bytesPerFrame, preciseNow } from '../core/frame.ts';
import type { Frame } from '../core/frame.ts';
import { defaultBackoff, supervise } from '../stream/supervise.ts';
import type { Backoff } from '../stream/supervise.ts';
import { failureCause } from './failure-cause.ts';
import { cameraCommand } from './ffmpeg-command.ts';
import { spawnFfmpeg } from './ffmpeg-process.ts';
import type { SpawnFfmpeg } from './ffmpeg-process.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { FramePool } from './frame-pool.ts';
import { maskPainter } from './mask.ts';
import { redactorFor } from './redact.ts';

export interface CameraDeps {
  readonly ffmpeg: Ffmpeg;
  readonly spawn?: SpawnFfmpeg;
  /** The clock of the watchdog and of the waits between attempts. */
  readonly scheduler?: SchedulerLike;
  /** 0..1, for the jitter of those waits. */
  readonly random?: () => number;
  readonly backoff?: Backoff;
  /** No frame for this long: the child is killed. Default 10 s until the first frame, then 3 s or three frames' time. */
  readonly firstFrameTimeoutMs?: number;
  readonly stallTimeoutMs?: number;
  /** Frames that may be out at a time; more are dropped and counted. */
  readonly poolFrames?: number;
}

interface CaptureStats {
  readonly framesDecoded: number;
  /** Frames thrown away because `poolFrames` were still in use. */
  readonly framesDropped: number;
  /** The ffmpeg process, while there is one. */
  readonly pid: number | undefined;
}

export interface Camera {
  /**
   * Live frames, reconnecting for ever. The subscription is the camera's lifetime: unsubscribing kills ffmpeg. Have one subscriber
   * at a time: the next one starts when the former's ffmpeg is gone.
   */
  readonly frames$: Observable<Frame>;
  /** What happens to the camera, while `frames$` is subscribed to. */
  readonly events$: Observable<CameraEvent>;
  readonly stats: () => CaptureStats;
}

/**
 * Describes a camera; nothing starts before `frames$` is subscribed to. There is at most one ffmpeg for it at any time.
 * Throws ConfigError for a URL that cannot be used.
 */
export const openCamera = (options: CameraOptions, deps: CameraDeps): Camera => {
  const { ffmpeg, spawn = spawnFfmpeg, scheduler = asyncScheduler, backoff = defaultBackoff } = deps;
  const { firstFrameTimeoutMs = 10_000, stallTimeoutMs = Math.max(3000, 3000 / options.fps), poolFrames = 8 } = deps;
  const { id, width, height, format } = options;

  const command = cameraCommand(options, ffmpeg);
  const redact = redactorFor(options.url);
  const paintMask = maskPainter(options.mask, options);
  const pool = new FramePool(bytesPerFrame(options), poolFrames);
  const events = new Subject<CameraEvent>();
  const stats = { framesDecoded: 0, framesDropped: 0, pid: undefined as number | undefined };
  let sequence = 0;
  let formerExit: Promise<unknown> = Promise.resolve();

  const toFrame = (data: Uint8Array): Frame => {
    let released = false;
    const release = (): void => {
      if (!released) pool.release(data);
      released = true;
    };
    return { camera: id, sequence: sequence++, capturedAt: preciseNow(), width, height, format, data, release };
  };

  const runOnce = (attempt: number): Observable<Frame> =>
    new Observable((subscriber) => {
      const start = (): void => {
        if (subscriber.closed) return;
        events.next({ type: 'connecting', attempt });
        const startedAt = scheduler.now();
        const child = spawn(ffmpeg, command);
        stats.pid = child.pid;
        let frames = 0;
        let stalled = false;
        let watchdog: Subscription | undefined;

        const expectFrameWithin = (timeoutMs: number): void => {
          watchdog?.unsubscribe();
          watchdog = scheduler.schedule(() => {
            stalled = true;
            child.kill('SIGKILL');
          }, timeoutMs);
        };
        const assembler = new FrameAssembler(pool, (data) => {
          if (subscriber.closed) {
            if (data) pool.release(data);
            return;
          }
          frames += 1;
          stats.framesDecoded += 1;
          if (frames === 1) events.next({ type: 'connected', afterMs: scheduler.now() - startedAt });
          if (!stalled) expectFrameWithin(stallTimeoutMs);
          if (!data) {
            stats.framesDropped += 1;
            return;
          }
          paintMask(data);
          subscriber.next(toFrame(data));
        });

        expectFrameWithin(firstFrameTimeoutMs);
        // Never paused: a pause would bring stale frames afterwards. After unsubscribing it runs dry.
        child.stdout.on('data', (chunk) => {
          if (!subscriber.closed) assembler.push(chunk);
          if (subscriber.closed) assembler.reset();
        });
        subscriber.add(() => {
          watchdog?.unsubscribe();
          assembler.reset();
          child.kill('SIGTERM');
        });
        formerExit = child.exit.then((exit) => {
          stats.pid = undefined;
          const elapsedMs = scheduler.now() - startedAt;
          const { cause, message } = failureCause({ ...exit, stderr: child.stderr(), frames, elapsedMs, stalled });
          subscriber.error(new CameraError(cause, redact(message)));
        });
      };
      void formerExit.then(start);
    });

  const onFailure = (error: unknown, retryInMs: number): void => {
    if (!(error instanceof CameraError)) throw error;
    events.next({ type: 'failed', cause: error.code, message: error.message, retryInMs });
  };

  return {
    events$: events.asObservable(),
    frames$: supervise(runOnce, { backoff, onFailure, scheduler, ...(deps.random && { random: deps.random }) }),
    stats: () => ({ ...stats }),
  };
};
