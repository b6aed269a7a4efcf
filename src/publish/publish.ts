import { asyncScheduler, Observable, Subject } from 'rxjs';
import type { SchedulerLike } from 'rxjs';

import { PublishError } from '../core/errors.ts';
import { defaultBackoff, supervise } from '../stream/supervise.ts';
import type { Backoff } from '../stream/supervise.ts';
import { nalsOf, parameterSetsOf } from '../video/avc.ts';
import type { RawPicture, VideoChunk, VideoConfig } from '../video/encode-video.ts';
import { createPacketizer, rtpClockHz } from '../video/rtp.ts';
import { startRecording } from './recording.ts';
import type { Recording } from './recording.ts';
import { rtspAddress } from './rtsp-address.ts';
import { openRtspClient } from './rtsp-client.ts';
import type { OpenClient, RtspClient } from './rtsp-client.ts';

export interface PublishDeps {
  /** Encodes pictures for as long as it is subscribed to; never errors. */
  readonly encode: (pictures$: Observable<RawPicture>) => Observable<VideoChunk>;
  readonly open?: OpenClient;
  /** The server takes the feed, from now on. */
  readonly onUp?: () => void;
  readonly onDown?: (error: PublishError, retryInMs: number) => void;
  /** A picture was not sent because the server did not take the ones before. */
  readonly onDrop?: () => void;
  readonly backoff?: Backoff;
  readonly random?: () => number;
  readonly scheduler?: SchedulerLike;
}

export interface PublishOptions {
  /** rtsp:// or rtsps://; user and password in it are sent when the server asks for them. */
  readonly url: string;
  /** Pictures a second, for the description. */
  readonly fps: number;
}

/** Whatever a server says: a sign of life every half an hour costs nothing, and timers have an end. */
const mostSessionSeconds = 3600;

/** Bytes that may wait for the server; above, pictures are dropped up to the next key frame. */
const maxWaitingBytes = 1 << 20;
/** A server that takes nothing for this long is left. */
const stallTimeoutMs = 10_000;
const requestTimeoutMs = 5000;
/** Pictures kept while the server is asked whether it takes them: more than that takes in order. */
const maxEarly = 100;

/**
 * Publishes pictures to an RTSP server (ANNOUNCE, RECORD; interleaved on the TCP connection; RFC 2326), for ever: when
 * it fails it is tried again with backoff. Nothing connects before the first picture, nothing is encoded before the
 * server answered. The subscription is the lifetime; it gives the number of each picture that was sent and completes
 * with `pictures$`.
 */
export const publish = (
  pictures$: Observable<RawPicture>,
  options: PublishOptions,
  deps: PublishDeps,
): Observable<number> =>
  supervise(() => publishOnce(pictures$, options, deps), {
    backoff: deps.backoff ?? defaultBackoff,
    onFailure: (error, retryInMs) => deps.onDown?.(error as PublishError, retryInMs),
    ...(deps.random && { random: deps.random }),
    ...(deps.scheduler && { scheduler: deps.scheduler }),
  });

const publishOnce = (
  pictures$: Observable<RawPicture>,
  { url, fps }: PublishOptions,
  { encode, open = openRtspClient, onUp, onDrop, scheduler = asyncScheduler }: PublishDeps,
): Observable<number> =>
  new Observable((subscriber) => {
    const address = rtspAddress(url);
    const encoded = new Subject<RawPicture>();
    const packetizer = createPacketizer();
    let client: RtspClient | undefined;
    /** What the server was told of the stream. */
    let announced: VideoConfig | undefined;
    let recording: Recording | undefined;
    /** Whether the server has had a key frame and everything since. */
    let inStep = false;
    let stuckSince: number | undefined;
    const early: VideoChunk[] = [];

    const fail = (error: unknown): void =>
      subscriber.error(
        error instanceof PublishError ? error : new PublishError('ended', String(error), { cause: error }),
      );

    const record = async (to: RtspClient, config: VideoConfig): Promise<void> => {
      const started = await startRecording(to, address.uri, { config, fps });
      if (subscriber.closed) return;
      recording = started;
      const timer = setInterval(
        () => void started.signOfLife().catch(fail),
        Math.min(started.sessionSeconds, mostSessionSeconds) * 500,
      );
      subscriber.add(() => clearInterval(timer));
      onUp?.();
      for (const chunk of early.splice(0)) send(chunk, to);
    };
    /** Keeps what comes while the server is asked, from the last key frame on. */
    const keep = (chunk: VideoChunk): void => {
      if (chunk.keyFrame || early.length >= maxEarly) early.length = 0;
      if (chunk.keyFrame || early.length > 0) early.push(chunk);
    };
    /** Follows what the server takes; false while it is behind. */
    const keepsUp = ({ waitingBytes }: RtspClient, keyFrame: boolean): boolean => {
      if (waitingBytes <= maxWaitingBytes) {
        stuckSince = undefined;
        return (inStep ||= keyFrame);
      }
      stuckSince ??= scheduler.now();
      if (scheduler.now() - stuckSince > stallTimeoutMs) fail(new PublishError('stalled', 'server takes no pictures'));
      return (inStep = false);
    };
    const send = (chunk: VideoChunk, to: RtspClient): void => {
      const { config, keyFrame, data, capturedAt, sequence } = chunk;
      if (!announced) {
        announced = config;
        record(to, config).catch(fail);
      }
      if (!recording) return keep(chunk);
      if (!config.record.equals(announced.record))
        return fail(new PublishError('ended', 'pictures have another shape now'));
      if (!keepsUp(to, keyFrame)) return onDrop?.();
      const { sps, pps } = parameterSetsOf(config.record);
      const nals = [...(keyFrame ? [sps, pps] : []), ...nalsOf(data)];
      for (const packet of packetizer.packetize(nals, Math.round((capturedAt * rtpClockHz) / 1000))) to.send(packet);
      subscriber.next(sequence);
    };

    const start = async (to: RtspClient): Promise<void> => {
      await to.request('OPTIONS', address.uri);
      if (subscriber.closed) return;
      const sending = encode(encoded).subscribe((chunk) => {
        // An exception that leaves a subscriber would end the process.
        try {
          send(chunk, to);
        } catch (error) {
          fail(error);
        }
      });
      subscriber.add(sending);
    };
    const take = (picture: RawPicture): void => {
      if (client) return encoded.next(picture);
      client = open(address, { timeoutMs: requestTimeoutMs, onEnd: fail });
      start(client).catch(fail);
    };
    subscriber.add(() => {
      recording?.end();
      client?.close();
    });
    subscriber.add(pictures$.subscribe({ next: take, complete: () => subscriber.complete() }));
  });
