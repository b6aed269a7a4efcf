import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';

import { bytesPerFrame, type FrameShape } from '../core/frame.ts';
import { type Backoff, defaultBackoff, supervise } from '../stream/supervise.ts';
import { codecOf } from './avc.ts';
import { codedSize } from './encoder-command.ts';
import type { EncoderProcess, SpawnEncoder } from './encoder-process.ts';
import { createFlvDemuxer } from './flv.ts';
import { NewestWriter } from './newest-writer.ts';

/** A picture to encode; its pixels (height x width x channels) are read during `next` only. */
export interface RawPicture extends FrameShape {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly capturedAt: number;
  readonly data: Uint8Array;
}

/** What a decoder must know before the pictures; the same object for as long as it holds. */
export interface VideoConfig {
  /** By RFC 6381: "avc1.4DC01F". */
  readonly codec: string;
  /** The AVCDecoderConfigurationRecord. */
  readonly record: Buffer;
  readonly width: number;
  readonly height: number;
}

/** One coded picture: NAL units, each after its length in four bytes. */
export interface VideoChunk {
  readonly config: VideoConfig;
  readonly keyFrame: boolean;
  readonly sequence: number;
  readonly capturedAt: number;
  readonly data: Buffer;
}

export interface EncodeDeps {
  readonly spawn: SpawnEncoder;
  /** A newer picture took the place of one that the encoder had no time for. */
  readonly onDrop?: () => void;
  /** The process id of the child that now runs; undefined when it is gone. */
  readonly onProcess?: (pid: number | undefined) => void;
  readonly onFailure?: (error: unknown, retryInMs: number) => void;
  readonly backoff?: Backoff;
  readonly random?: () => number;
  readonly scheduler?: SchedulerLike;
}

/** An encoder that gives nothing for this long while pictures come is killed. */
const stallTimeoutMs = 10_000;

type Origin = Pick<RawPicture, 'sequence' | 'capturedAt'>;

/** One child, for pictures of one shape. */
interface Run {
  readonly shape: FrameShape;
  readonly child: EncoderProcess;
  readonly writer: NewestWriter<Origin>;
  /** Of the pictures that are inside the encoder, in order. */
  readonly inside: Origin[];
  lastOutputAt: number;
}

const isSameShape = (a: FrameShape, b: FrameShape): boolean =>
  a.width === b.width && a.height === b.height && a.format === b.format;

/**
 * Encodes pictures to H.264 in an ffmpeg child, for as long as the subscription lasts: the child starts with the first
 * picture, is replaced when their shape changes, and started anew with backoff when it dies. Completes
 * with the pictures and never errors.
 */
export const encodeVideo = (pictures$: Observable<RawPicture>, fps: number, deps: EncodeDeps): Observable<VideoChunk> =>
  supervise(() => encodeOnce(pictures$, fps, deps), {
    backoff: deps.backoff ?? defaultBackoff,
    ...(deps.onFailure && { onFailure: deps.onFailure }),
    ...(deps.random && { random: deps.random }),
    ...(deps.scheduler && { scheduler: deps.scheduler }),
  });

const encodeOnce = (
  pictures$: Observable<RawPicture>,
  fps: number,
  { spawn, onDrop, onProcess, scheduler = asyncScheduler }: EncodeDeps,
): Observable<VideoChunk> =>
  new Observable((subscriber) => {
    let run: Run | undefined;

    const start = (shape: FrameShape): Run => {
      const child = spawn(shape, fps);
      const inside: Origin[] = [];
      const writer = new NewestWriter<Origin>({
        bytes: bytesPerFrame(shape),
        write: (data, onTaken) => child.write(data, onTaken),
        onWrite: (origin) => void inside.push(origin),
        onDrop: () => onDrop?.(),
      });
      const started: Run = { shape, child, writer, inside, lastOutputAt: scheduler.now() };
      let config: VideoConfig | undefined;
      const demux = createFlvDemuxer({
        onConfig: (record) => (config = { codec: codecOf(record), record: Buffer.from(record), ...codedSize(shape) }),
        onPicture: ({ data, keyFrame }) => {
          const origin = inside.shift();
          started.lastOutputAt = scheduler.now();
          // A copy, so that a small picture that is kept does not keep a large buffer.
          if (config && origin) subscriber.next({ config, keyFrame, ...origin, data: Buffer.from(data) });
        },
      });
      child.onOutput((chunk) => run === started && demux(chunk));
      onProcess?.(child.pid);
      void child.exit.then((reason) => {
        if (run !== started) return;
        run = undefined;
        onProcess?.(undefined);
        subscriber.error(new Error(reason));
      });
      return started;
    };
    const stop = (): void => {
      const stopped = run;
      run = undefined;
      if (!stopped) return;
      onProcess?.(undefined);
      stopped.child.kill('SIGTERM');
    };

    const encode = ({ width, height, format, sequence, capturedAt, data }: RawPicture): void => {
      const shape = { width, height, format };
      if (data.length !== bytesPerFrame(shape)) throw new Error(`a picture of ${data.length} bytes is no ${width}x${height} ${format}`); // prettier-ignore
      if (run && !isSameShape(run.shape, shape)) stop();
      run ??= start(shape);
      if (run.inside.length === 0) run.lastOutputAt = scheduler.now();
      if (scheduler.now() - run.lastOutputAt > stallTimeoutMs) run.child.kill('SIGKILL');
      run.writer.offer(data, { sequence, capturedAt });
    };

    subscriber.add(stop);
    subscriber.add(
      pictures$.subscribe({
        next: (picture) => {
          // An exception that leaves a subscriber would end the process.
          try {
            encode(picture);
          } catch (error) {
            subscriber.error(error);
          }
        },
        complete: () => subscriber.complete(),
      }),
    );
  });
