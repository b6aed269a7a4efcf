import type { Observable } from 'rxjs';

import { AlertMediaFiles } from '../alert/alert-media-files.ts';
import type { AlertStore } from '../alert/alert-store.ts';
import { CurveRecorder } from '../alert/curve-recorder.ts';
import { KeptFrame } from '../alert/kept-frame.ts';
import { ClipRecorder } from '../camera/clip-recorder.ts';
import { ClipRing } from '../camera/clip-ring.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { remuxClip } from '../camera/remux-clip.ts';
import type { Pipeline, PipelineCamera } from '../config/pipeline.ts';
import type { Prediction } from '../core/prediction.ts';
import type { Alert, AlertEvent } from '../core/status.ts';

export interface AlertMediaDeps {
  /** Quality of the snapshots, 1..100. */
  readonly jpegQuality: number;
  readonly ffmpeg: Ffmpeg;
  readonly store: Pick<AlertStore, 'get' | 'setClip'>;
  /** There is a clip of the alert now. */
  readonly onClip: (alert: Alert) => void;
  readonly onError: (error: unknown, camera: string) => void;
  /** Now and then, for clips that no picture ends. */
  readonly ticks$: Observable<unknown>;
}

/** An alert opens so long after its beginning, at most, beside `minSeconds`. */
const latencySeconds = 5;
/** Clips that are not made so long after the end are given up. */
const closingMs = 5000;

/** What is kept for the alerts of all cameras: clips, scores, heat maps, and the frame that was the last of each camera. */
export class AlertMedia {
  readonly files: AlertMediaFiles;
  readonly #settings: Pipeline['alerts'];
  readonly #deps: AlertMediaDeps;
  readonly #clips = new Map<string, ClipRecorder>();
  readonly #curves = new Map<string, CurveRecorder>();
  readonly #lastFrames = new Map<string, KeptFrame>();
  readonly #stopping = new AbortController();
  readonly #leaving = new Set<Promise<unknown>>();
  /** Making a clip takes a moment of one core: one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  /** `folder`: that of the alert store. */
  constructor(folder: string, settings: Pipeline['alerts'], deps: AlertMediaDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.files = new AlertMediaFiles(folder, (id) => deps.store.get(id)?.hasClip === true);
    const ticking = deps.ticks$.subscribe(() => {
      for (const clips of this.#clips.values()) clips.tick();
    });
    this.#stopping.signal.addEventListener('abort', () => ticking.unsubscribe());
  }

  /** Gives what takes the camera's coded video, undefined when no clips are wanted of it. */
  addCamera({ id, mask }: Pick<PipelineCamera, 'id' | 'mask'>): ClipRing | undefined {
    const { clips, minSeconds } = this.#settings;
    this.#curves.set(id, this.#curves.get(id) ?? new CurveRecorder());
    this.#lastFrames.set(id, new KeptFrame(this.#deps.jpegQuality));
    const isWanted = clips.enabled === 'always' || (clips.enabled && mask.length === 0);
    if (!isWanted) return undefined;
    const ring = new ClipRing({ seconds: clips.preRollSeconds + minSeconds + latencySeconds });
    const recorder = new ClipRecorder(clips, {
      ring,
      folder: this.files.clips,
      remux: async (args) => this.#remux(args),
      onClip: (alert) => this.#keep(alert),
      onError: (error) => this.#deps.onError(error, id),
    });
    this.#clips.set(id, recorder);
    return ring;
  }

  /** What is recorded of it becomes a clip still, and alerts that are open keep their scores when they end. */
  removeCamera(id: string): void {
    const leaving = this.#clips.get(id)?.close();
    this.#clips.delete(id);
    // What comes in its place may look elsewhere, or have another mask.
    this.#lastFrames.delete(id);
    if (!this.#curves.get(id)?.isOpen) this.#curves.delete(id);
    if (!leaving) return;
    this.#leaving.add(leaving);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }

  /** To be called before the alerts that come of it. */
  onPrediction(prediction: Prediction): void {
    const { frame } = prediction;
    this.#curves.get(frame.camera)?.next(prediction);
    this.#lastFrames.get(frame.camera)?.keep(frame);
  }

  /** The last frame of a camera that there is; undefined without one. */
  lastFrameOf(camera: string): KeptFrame | undefined {
    return this.#lastFrames.get(camera);
  }

  /** To be called with each event of an alert, after it was recorded. */
  onAlert(event: AlertEvent): void {
    const { alert } = event;
    this.#clips.get(alert.camera)?.onAlert(event);
    const curve = this.#curves.get(alert.camera)?.onAlert(event);
    try {
      if (curve) this.files.saveCurve(alert, curve);
    } catch (error) {
      this.#deps.onError(error, alert.camera);
    }
  }

  /** Ends what is being recorded and waits for its clips. */
  async close(): Promise<void> {
    for (const id of this.#clips.keys()) this.removeCamera(id);
    const impatience = setTimeout(() => this.#stopping.abort(), closingMs);
    await Promise.all(this.#leaving);
    clearTimeout(impatience);
    this.#stopping.abort();
  }

  async #remux(args: readonly string[]): Promise<void> {
    const made = this.#last.then(async () => remuxClip(this.#deps.ffmpeg, args, this.#stopping.signal));
    this.#last = made.catch(() => undefined);
    return made;
  }

  #keep(id: string): void {
    const alert = this.#deps.store.setClip(id);
    if (alert) this.#deps.onClip(alert);
    else this.files.removeClip({ id });
  }
}
