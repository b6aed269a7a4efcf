import { defer, filter, map, type Observable, Subject, takeUntil } from 'rxjs';

import { encodeVideo, type RawPicture, type VideoChunk, type VideoConfig } from '../video/encode-video.ts';
import type { SpawnEncoder } from '../video/encoder-process.ts';
import { shareVideo } from '../video/share-video.ts';
import { stepVideo, type VideoStep } from './adaptation.ts';
import { binaryMessage } from './binary-message.ts';
import type { Metrics } from './metrics.ts';
import { pictureOf, type PictureSource } from './pictures.ts';
import type { VideoKind, VideoMessage } from './protocol.ts';
import type { Viewer } from './viewer.ts';

export interface LiveVideoOptions {
  readonly spawn: SpawnEncoder;
  /** The index that pictures of a camera carry. */
  readonly indexOf: (camera: string) => number;
  /** Everything that pictures are taken from. */
  readonly sources$: Observable<PictureSource>;
  /** Pictures a second of this kind, at most. */
  readonly fps: (camera: string, kind: VideoKind) => number;
  readonly metrics: Metrics;
  readonly onFault: (error: unknown) => void;
}

/** A coded picture with the message that carries it. */
type Message = Pick<VideoChunk, 'config' | 'keyFrame' | 'data'>;

const isDefined = (picture: RawPicture | undefined): picture is RawPicture => picture !== undefined;

/** The feeds as H.264: one encoder for each that is watched so, for all who do. */
export class LiveVideo {
  readonly #options: LiveVideoOptions;
  readonly #closed$ = new Subject<void>();
  readonly #feeds = new Map<string, Observable<Message>>();

  constructor(options: LiveVideoOptions) {
    this.#options = options;
  }

  /** Sends the feed to the viewer until the function returned is called; what it cannot take up to a key frame is dropped. */
  watch(camera: string, kind: VideoKind, viewer: Viewer): () => void {
    let step: VideoStep = 'waiting';
    let config: VideoConfig | undefined;
    const send = (message: Message): void => {
      const next = stepVideo(step, { keyFrame: message.keyFrame, keepsUp: viewer.keepsUp('h264') });
      step = next.step;
      if (next.does === 'drop') {
        viewer.drop();
        this.#options.metrics.framesDropped.inc({ camera, reason: 'slow-viewer' });
      }
      if (next.does !== 'send') return;
      if (config !== message.config) viewer.send(JSON.stringify(videoMessage(kind, camera, message.config)));
      config = message.config;
      viewer.sendBinary(message.data);
    };
    const subscription = this.#feed(camera, kind).subscribe({
      next: (message) => {
        try {
          send(message);
        } catch (error) {
          this.#options.onFault(error);
        }
      },
      error: this.#options.onFault,
    });
    return () => subscription.unsubscribe();
  }

  /** Ends every encoder. */
  close(): void {
    this.#closed$.next();
  }

  #feed(camera: string, kind: VideoKind): Observable<Message> {
    const key = `${kind} ${camera}`;
    const feed = this.#feeds.get(key) ?? this.#open(camera, kind);
    this.#feeds.set(key, feed);
    return feed;
  }

  #open(camera: string, kind: VideoKind): Observable<Message> {
    const { spawn, indexOf, sources$, fps, metrics, onFault } = this.#options;
    const pictures$ = sources$.pipe(
      filter(({ frame }) => frame.camera === camera),
      map((source) => pictureOf(kind, source)),
      filter(isDefined),
    );
    // The rate of the moment: a camera may have changed since it was watched last.
    const chunks$ = defer(() =>
      encodeVideo(pictures$, fps(camera, kind), {
        spawn,
        onDrop: () => metrics.framesDropped.inc({ camera, reason: 'slow-encoder' }),
        onProcess: (pid) => metrics.setEncoder(camera, kind, pid),
        onFailure: onFault,
      }),
    );
    const index = indexOf(camera);
    const messages$ = chunks$.pipe(
      map((chunk): Message => ({ ...chunk, data: messageOf(kind, index, chunk) })),
      takeUntil(this.#closed$),
    );
    return shareVideo(messages$);
  }
}

const messageOf = (kind: VideoKind, camera: number, { config, keyFrame, data, ...about }: VideoChunk): Buffer =>
  binaryMessage({
    kind,
    coding: keyFrame ? 'key' : 'delta',
    camera,
    ...about,
    width: config.width,
    height: config.height,
    payload: data,
  });

const videoMessage = (
  topic: VideoKind,
  camera: string,
  { codec, record, width, height }: VideoConfig,
): VideoMessage => ({
  type: 'video',
  topic,
  camera,
  codec,
  description: record.toString('base64'),
  width,
  height,
});
