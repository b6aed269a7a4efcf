import { Observable, Subject, asyncScheduler } from 'rxjs';
import type { SchedulerLike, Subscriber, Subscription } from 'rxjs';
import type { CameraEvent, CameraOptions } from '../core/camera.ts';
import { CameraError } from '../core/errors.ts';
import type { Frame } from '../core/frame.ts';
import { defaultBackoff, supervise } from '../stream/supervise.ts';
import type { Backoff } from '../stream/supervise.ts';
import { failureCause } from './failure-cause.ts';
import { cameraCommand } from './ffmpeg-command.ts';
import { spawnFfmpeg } from './ffmpeg-process.ts';
import type { FfmpegProcess, SpawnFfmpeg } from './ffmpeg-process.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { FrameOutput } from './frame-output.ts';
import type { OutputStats } from './frame-output.ts';
import { LiveGate } from './live-gate.ts';
import { redactorFor } from './redact.ts';

export interface CameraDeps {
  readonly ffmpeg: Ffmpeg;
  readonly spawn?: SpawnFfmpeg;
  /** The clock of the watchdog and of the waits between attempts. */
  readonly scheduler?: SchedulerLike;
  /** 0..1, for the jitter of those waits. */
  readonly random?: () => number;
  readonly backoff?: Backoff;
  /**
   * No frame of either kind for this long: the child is killed. Default 10 s until the first, then 3 s or three frames'
   * time.
   */
  readonly firstFrameTimeoutMs?: number;
  readonly stallTimeoutMs?: number;
  /** Frames that may be out at a time, analysed (8) and live ones (4); more are dropped and counted. */
  readonly poolFrames?: number;
  readonly livePoolFrames?: number;
  /** Takes the camera's coded video, where it can be copied; without it nothing is spent on it. */
  readonly coded?: CodedTaker;
}

/** Takes an MPEG transport stream, one after the other; `ClipRing` is one. */
interface CodedTaker {
  /** Asked before each stream: false for one that is of no use. */
  readonly isUseful: boolean;
  begin(): void;
  push(chunk: Uint8Array): void;
  end(): void;
}

interface CaptureStats extends OutputStats {
  /** Of the live frames; absent when the camera has none. */
  readonly live?: OutputStats;
  /** The ffmpeg process, while there is one. */
  readonly pid: number | undefined;
}

export interface Camera {
  /**
   * Frames to analyse, reconnecting for ever. The subscription is the camera's lifetime: unsubscribing kills ffmpeg.
   * Have one subscriber at a time: the next one starts when the former's ffmpeg is gone.
   */
  readonly frames$: Observable<Frame>;
  /**
   * Live frames, numbered by themselves, while `frames$` is subscribed to and the camera was opened with `live`; it
   * starts no ffmpeg. The subscription opens a gate inside ffmpeg, behind which live frames cost nothing. They belong
   * to the one subscriber; a second one gets an error.
   */
  readonly live$: Observable<Frame>;
  /** What happens to the camera, while `frames$` is subscribed to. */
  readonly events$: Observable<CameraEvent>;
  readonly stats: () => CaptureStats;
  /** Resolves when no ffmpeg of it runs (any more); never rejects. */
  readonly gone: () => Promise<void>;
}

/**
 * Describes a camera; nothing starts before `frames$` is subscribed to. There is at most one ffmpeg for it at any time.
 * Throws ConfigError for a URL that cannot be used.
 */
export const openCamera = (options: CameraOptions, deps: CameraDeps): Camera => {
  const { ffmpeg, spawn = spawnFfmpeg, scheduler = asyncScheduler, backoff = defaultBackoff } = deps;
  const { id, mask, live } = options;
  const { firstFrameTimeoutMs = 10_000, stallTimeoutMs = Math.max(3000, 3000 / options.fps) } = deps;
  const { poolFrames = 8, livePoolFrames = 4 } = deps;

  const command = cameraCommand(options, ffmpeg);
  const withCoded = deps.coded && cameraCommand(options, ffmpeg, { withCoded: true });
  const redact = redactorFor(options.url);
  const analysed = new FrameOutput({ camera: id, shape: options, mask, poolFrames });
  const watched = live && new FrameOutput({ camera: id, shape: live, mask, poolFrames: livePoolFrames });
  const gate = new LiveGate(id, scheduler);
  const events = new Subject<CameraEvent>();
  let pid: number | undefined;
  let formerExit: Promise<unknown> = Promise.resolve();

  const takeCoded = ({ coded: from }: FfmpegProcess, subscriber: Subscriber<Frame>): void => {
    const { coded } = deps;
    if (!coded || !from) return;
    coded.begin();
    from.on('data', (chunk) => {
      if (!subscriber.closed) coded.push(chunk);
    });
    subscriber.add(() => coded.end());
  };

  const runOnce = (attempt: number): Observable<Frame> =>
    new Observable((subscriber) => {
      const start = (): void => {
        if (subscriber.closed) return;
        events.next({ type: 'connecting', attempt });
        const startedAt = scheduler.now();
        const started = (deps.coded?.isUseful && withCoded) || command;
        const child = spawn(ffmpeg, started);
        pid = child.pid;
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
        const onFrame = (): void => {
          frames += 1;
          if (frames === 1) {
            events.next({ type: 'connected', afterMs: scheduler.now() - startedAt });
            if (watched) gate.connect((line) => child.tell(line));
          }
          if (!stalled) expectFrameWithin(stallTimeoutMs);
          gate.check();
        };
        const read = (
          output: FrameOutput,
          from: FfmpegProcess['live'],
          next: (frame: Frame | undefined) => void,
        ): void => {
          const assembler = output.assembler(
            () => !subscriber.closed,
            (frame) => {
              onFrame();
              next(frame);
            },
          );
          // Never paused: a pause would bring stale frames afterwards. After unsubscribing it runs dry.
          from?.on('data', (chunk) => {
            if (!subscriber.closed) assembler.push(chunk);
            if (subscriber.closed) assembler.reset();
          });
          subscriber.add(() => assembler.reset());
        };

        expectFrameWithin(firstFrameTimeoutMs);
        read(analysed, child.stdout, (frame) => frame && subscriber.next(frame));
        if (watched) read(watched, child.live, (frame) => gate.next(frame));
        if (started.hasCoded) takeCoded(child, subscriber);
        subscriber.add(() => {
          watchdog?.unsubscribe();
          gate.disconnect();
          child.kill('SIGTERM');
        });
        formerExit = child.exit.then((exit) => {
          pid = undefined;
          gate.disconnect();
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
    live$: gate.frames$,
    gone: async () => void (await formerExit),
    stats: () => ({ ...analysed.stats, ...(watched && { live: watched.stats }), pid }),
  };
};
