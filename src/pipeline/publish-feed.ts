import { Observable, filter, map } from 'rxjs';
import type { Subscription } from 'rxjs';

import { redactorFor } from '../camera/redact.ts';
import type { PipelineCamera, PublishTarget } from '../config/pipeline.ts';
import type { Demand } from '../core/demand.ts';
import type { Frame } from '../core/frame.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { PublishStatus } from '../core/status.ts';
import { publish } from '../publish/publish.ts';
import type { Metrics } from '../server/metrics.ts';
import { encodeVideo } from '../video/encode-video.ts';
import type { RawPicture } from '../video/encode-video.ts';
import type { SpawnEncoder } from '../video/encoder-process.ts';
import type { Log } from './log.ts';

export interface FeedSources {
  readonly pictures$: Observable<LivePicture>;
  readonly predictions$: Observable<Prediction>;
  readonly demand: Pick<Demand, 'want'>;
}

export interface FeedDeps extends FeedSources {
  readonly spawn: SpawnEncoder;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'publisherUp' | 'publisherFailures' | 'liveFramesDropped' | 'setEncoder'>;
  readonly onStatus: (status: PublishStatus) => void;
}

/** Publishes a camera's feed to its server until unsubscribed; a server that fails harms nobody else. */
export const publishFeed = (camera: PipelineCamera, target: PublishTarget, deps: FeedDeps): Subscription => {
  const { id } = camera;
  const { metrics, log, onStatus } = deps;
  const redact = redactorFor(target.url);
  const status = { url: redact(target.url), kind: target.kind };
  const { fps } = target.kind === 'colorized' ? camera : camera.live;
  const onDrop = (): void => metrics.liveFramesDropped.inc({ camera: id, reason: 'publisher' });
  metrics.publisherUp.set({ camera: id }, 0);
  onStatus({ ...status, isUp: false });
  return publish(
    feedOf(id, target.kind, deps),
    { url: target.url, fps },
    {
      encode: (pictures$) =>
        encodeVideo(pictures$, fps, {
          spawn: deps.spawn,
          onDrop,
          onProcess: (pid) => metrics.setEncoder(id, 'published', pid),
          onFailure: (error) => log.warn({ camera: id }, `the encoder of the published feed failed: ${String(error)}`),
        }),
      onDrop,
      onUp: () => {
        metrics.publisherUp.set({ camera: id }, 1);
        log.info({ camera: id, url: status.url }, 'published');
        onStatus({ ...status, isUp: true });
      },
      onDown: ({ code, message }, retryInMs) => {
        metrics.publisherUp.set({ camera: id }, 0);
        metrics.publisherFailures.inc({ camera: id, cause: code });
        log.warn({ camera: id, url: status.url, cause: code, retryInMs }, `not published: ${redact(message)}`);
        onStatus({ ...status, isUp: false, message: redact(message) });
      },
    },
  ).subscribe();
};

/** A camera's pictures of one kind; while it is subscribed to they are wanted. */
export const feedOf = (
  camera: string,
  kind: PublishTarget['kind'],
  { pictures$, predictions$, demand }: FeedSources,
): Observable<RawPicture> => {
  if (kind === 'colorized')
    return predictions$.pipe(
      filter(({ frame, colorized }) => frame.camera === camera && colorized !== undefined),
      map(({ frame, colorized }) => ({ ...pictureOf(frame), format: 'rgb24', data: colorized! })),
    );
  const feed$ = pictures$.pipe(
    filter(({ frame }) => frame.camera === camera),
    map(({ frame, denoised }) => ({ ...pictureOf(frame), ...(kind === 'denoised' && denoised && { data: denoised }) })),
  );
  return new Observable((subscriber) => {
    const subscription = feed$.subscribe(subscriber);
    // Raw ones too: a recorder is to get something when there is no denoiser, or a run fails.
    for (const wanted of kind === 'denoised' ? (['denoised', 'raw'] as const) : (['raw'] as const))
      subscription.add(demand.want(camera, wanted));
    return subscription;
  });
};

const pictureOf = ({ width, height, format, sequence, capturedAt, data }: Frame): RawPicture => ({
  width,
  height,
  format,
  sequence,
  capturedAt,
  data,
});
