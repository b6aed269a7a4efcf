import { type BehaviorSubject, interval, merge, type Observable, skip, Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { preciseNow } from '../core/frame.ts';
import type { Demand } from '../core/demand.ts';
import type { LivePicture, Prediction } from '../core/prediction.ts';
import type { AlertEvent, CameraStatus } from '../core/status.ts';
import type { SpawnEncoder } from '../video/encoder-process.ts';
import { LiveVideo } from './live-video.ts';
import type { Metrics } from './metrics.ts';
import { hasPicture, isLiveKind, isVideoKind, PictureEncoder, type PictureSource } from './pictures.ts';
import {
  type PictureKind,
  pictureKinds,
  type PredictionMessage,
  protocolVersion,
  transports,
  type ServerMessage,
  type Topic,
  type Transport,
} from './protocol.ts';
import { Viewer } from './viewer.ts';

/** What viewers see. Pixels are read only during a `next` call. */
export interface LiveFeed {
  /** Every camera as it is now. */
  readonly status: () => readonly CameraStatus[];
  /** Other cameras than before. */
  readonly cameras$: Observable<void>;
  /** Why the pipeline file is not what runs, now and at every change. */
  readonly problems$: BehaviorSubject<readonly string[]>;
  readonly status$: Observable<CameraStatus>;
  /** The messages `prediction`, and the pictures `heatmap` and `colorized`. */
  readonly predictions$: Observable<Prediction>;
  /** The pictures `raw` and `denoised`, of which nobody need make what `demand` does not know of. */
  readonly pictures$: Observable<LivePicture>;
  readonly demand: Pick<Demand, 'want'>;
  readonly alerts$: Observable<AlertEvent>;
  readonly metrics: Metrics;
}

export interface LiveOptions {
  /** 1..100 */
  readonly jpegQuality: number;
  /** Unsent bytes from which on a viewer loses pictures; at 16 times as much it is closed. */
  readonly viewerBufferBytes: number;
  readonly metricsIntervalMs: number;
  /** How often viewers must give a sign of life. */
  readonly heartbeatMs: number;
  /** Starts encoders of H.264; without it only JPEG is offered. */
  readonly spawnEncoder?: SpawnEncoder;
  /** Told of what could not be handed on, perhaps with every frame; other cameras and viewers do not notice. */
  readonly onFault: (error: unknown) => void;
}

const kinds = Object.keys(pictureKinds) as PictureKind[];

/** Hands the feed to every viewer, to each only what it asked for and no more than it can take. */
export class Live {
  readonly #viewers = new Set<Viewer>();
  /** By the index in pictures, which stays for as long as the server runs: '' where a camera went. */
  #cameras: readonly string[] = [];
  /** All there ever were. */
  readonly #indexes = new Map<string, number>();
  readonly #feed: LiveFeed;
  readonly #options: LiveOptions;
  readonly #encoder: PictureEncoder;
  readonly #video: LiveVideo | undefined;
  readonly #transports: readonly Transport[];
  readonly #subscription = new Subscription();

  constructor(feed: LiveFeed, options: LiveOptions) {
    this.#feed = feed;
    this.#options = options;
    this.#takeCameras();
    this.#encoder = new PictureEncoder(options.jpegQuality);
    this.#video = options.spawnEncoder && this.#openVideo(options.spawnEncoder);
    this.#transports = this.#video ? transports : ['jpeg'];
    this.#watch(feed.cameras$, () => this.#changeCameras());
    this.#watch(feed.problems$.pipe(skip(1)), () => this.#sendProblems(this.#viewers));
    this.#watch(feed.status$, (status) => this.#send('status', status.id, { type: 'status', status }));
    this.#watch(feed.alerts$, (event) => this.#send('alert', event.alert.camera, { type: 'alert', ...event }));
    this.#watch(feed.predictions$, (prediction) => this.#predict(prediction));
    this.#watch(feed.pictures$, (picture) => this.#sendPictures(picture));
    this.#watch(interval(options.metricsIntervalMs), () => this.#sendMetrics());
    this.#watch(interval(options.heartbeatMs), () => {
      for (const viewer of this.#viewers) viewer.heartbeat();
    });
  }

  /** Takes over an open socket. */
  add(socket: WebSocket): void {
    const viewer: Viewer = new Viewer(socket, {
      cameras: this.#present(),
      transports: this.#transports,
      bufferBytes: this.#options.viewerBufferBytes,
      onWant: (topic, camera, transport) => this.#want(viewer, topic, camera, transport),
      onSubscribe: (topic, cameras) => this.#guard(() => this.#welcome(viewer, topic, cameras)),
    });
    this.#viewers.add(viewer);
    this.#feed.metrics.viewers.set(this.#viewers.size);
    socket.on('close', () => {
      this.#viewers.delete(viewer);
      this.#feed.metrics.viewers.set(this.#viewers.size);
    });
    viewer.send(this.#hello());
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#video?.close();
  }

  #present(): string[] {
    return this.#cameras.filter((id) => id !== '');
  }

  #hello(): string {
    const hello: ServerMessage = {
      type: 'hello',
      version: protocolVersion,
      cameras: this.#cameras,
      transports: this.#transports,
    };
    return JSON.stringify(hello);
  }

  #takeCameras(): void {
    const present = new Set(this.#feed.status().map(({ id }) => id));
    for (const id of present) if (!this.#indexes.has(id)) this.#indexes.set(id, this.#indexes.size);
    this.#cameras = [...this.#indexes.keys()].map((id) => (present.has(id) ? id : ''));
  }

  #changeCameras(): void {
    this.#takeCameras();
    const hello = this.#hello();
    for (const viewer of this.#viewers) {
      viewer.send(hello);
      viewer.setCameras(this.#present());
    }
  }

  #openVideo(spawn: SpawnEncoder): LiveVideo {
    const { predictions$, pictures$, metrics, status } = this.#feed;
    const sources$: Observable<PictureSource> = merge(pictures$, predictions$);
    const fps = (camera: string, kind: Topic): number => {
      const found = status().find(({ id }) => id === camera);
      return (isLiveKind(kind) ? found?.live.fps : found?.fps) ?? 1;
    };
    const indexOf = (camera: string): number => this.#indexes.get(camera) ?? 0;
    return new LiveVideo({ spawn, indexOf, sources$, fps, metrics, onFault: this.#options.onFault });
  }

  #want(viewer: Viewer, topic: Topic, camera: string, transport: Transport): () => void {
    const wanted = new Subscription();
    if (isLiveKind(topic)) wanted.add(this.#feed.demand.want(camera, topic));
    if (transport === 'h264' && isVideoKind(topic)) wanted.add(this.#video?.watch(camera, topic, viewer));
    return () => wanted.unsubscribe();
  }

  #watch<T>(source$: Observable<T>, next: (value: T) => void): void {
    this.#subscription.add(
      source$.subscribe({ next: (value) => this.#guard(() => next(value)), error: this.#options.onFault }),
    );
  }

  /** An exception that leaves a subscriber would end the process. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /** What a new subscriber need not wait for: the present status, the metrics so far. */
  #welcome(viewer: Viewer, topic: Topic, cameras: readonly string[]): void {
    if (topic === 'metrics') this.#sendMetrics([viewer]);
    if (topic !== 'status') return;
    this.#sendProblems([viewer]);
    for (const status of this.#feed.status()) {
      const message: ServerMessage = { type: 'status', status };
      if (cameras.includes(status.id)) viewer.send(JSON.stringify(message));
    }
  }

  #send(topic: Topic, camera: string, message: ServerMessage): void {
    let json: string | undefined;
    // Alerts outlive their camera: they end, are judged and deleted when it is gone.
    const isGone = topic === 'alert' && !this.#cameras.includes(camera);
    for (const viewer of this.#viewers)
      if (viewer.wants(topic, camera) || (isGone && viewer.wantsAll(topic)))
        viewer.send((json ??= JSON.stringify(message)));
  }

  #sendProblems(viewers: Iterable<Viewer>): void {
    const message: ServerMessage = { type: 'pipeline', problems: this.#feed.problems$.value };
    for (const viewer of viewers) if (viewer.wantsAny('status')) viewer.send(JSON.stringify(message));
  }

  #predict(prediction: Prediction): void {
    const { frame, predScore, sceneChange, colorized, queuedMs, inferenceMs } = prediction;
    const { camera, sequence, capturedAt } = frame;
    const message: PredictionMessage = {
      type: 'prediction',
      camera,
      sequence,
      capturedAt,
      sentAt: preciseNow(),
      ...(predScore === undefined ? {} : { predScore }),
      ...(sceneChange && { sceneChange }),
      ...(colorized && { colorized: true }),
      queuedMs,
      inferenceMs,
    };
    this.#send('prediction', camera, message);
    this.#sendPictures(prediction);
  }

  #sendPictures(source: PictureSource): void {
    for (const kind of kinds) if (hasPicture(kind, source)) this.#guard(() => this.#sendPicture(kind, source));
  }

  /** Encodes at most once for each level, and only when a viewer that keeps up wants it. */
  #sendPicture(kind: PictureKind, source: PictureSource): void {
    const { camera, capturedAt } = source.frame;
    const pictures: (Buffer | undefined)[] = [];
    for (const viewer of this.#viewers) {
      if (!viewer.wantsPicture(kind, camera, capturedAt)) continue;
      if (!viewer.keepsUp()) {
        viewer.drop();
        this.#feed.metrics.framesDropped.inc({ camera, reason: 'slow-viewer' });
        continue;
      }
      const level = kind === 'heatmap' ? 0 : viewer.level;
      const picture = (pictures[level] ??= this.#encoder.encode(kind, this.#indexes.get(camera) ?? 0, source, level));
      if (!picture) return;
      viewer.sendPicture(kind, camera, capturedAt, picture);
    }
  }

  /** The next text supersedes this one, so who lags behind does not get it. */
  #sendMetrics(viewers: Iterable<Viewer> = this.#viewers): void {
    const waiting = [...viewers].filter((viewer) => viewer.wantsAny('metrics') && viewer.keepsUp());
    if (waiting.length === 0) return;
    const send = (text: string): void => {
      const message: ServerMessage = { type: 'metrics', text };
      const json = JSON.stringify(message);
      for (const viewer of waiting) viewer.send(json);
    };
    this.#feed.metrics.registry.metrics().then(send).catch(this.#options.onFault);
  }
}
