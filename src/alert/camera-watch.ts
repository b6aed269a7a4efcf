import { randomUUID } from 'node:crypto';

import type { Prediction } from '../core/prediction.ts';
import type { AlertEvent, AlertKind, SceneKind } from '../core/status.ts';
import { CameraView } from '../task/camera-view.ts';
import type { AlertFootage } from './footage-file.ts';
import type { DetectedAlert } from './alert-store.ts';
import { FootageRecorder } from './footage-recorder.ts';
import { IncidentTracker } from './incident-tracker.ts';
import type { IncidentEvent, IncidentOptions } from './incident-tracker.ts';
import { KeptFrame } from './kept-frame.ts';
import { severityOf } from './severity.ts';

export interface AlertOptions extends IncidentOptions {
  /** Quality of the snapshots, 1..100. */
  readonly jpegQuality: number;
}

export interface AlertChange {
  readonly event: AlertEvent['event'];
  readonly alert: Omit<DetectedAlert, 'group' | 'isQuiet'>;
  /** Encodes its picture, once; undefined when it is the same as in the last event, or there is none. */
  readonly takeJpeg: () => Uint8Array | undefined;
  /** The frames around the peak, of an anomaly that begins (against a crash) or ends; valid until the camera's next frame. */
  readonly footage?: AlertFootage | undefined;
}

const sceneKinds: readonly SceneKind[] = ['scene-change', 'camera-covered', 'camera-moved'];

/** The incidents of one camera: an anomaly and a change of the whole scene are never the same one. */
export class CameraWatch {
  readonly #anomaly: IncidentWatch;
  /** Of each kind of change. */
  readonly #scenes: readonly (readonly [SceneKind, IncidentWatch])[];
  readonly #footage = new FootageRecorder();
  readonly #view = new CameraView();

  constructor(camera: string, options: AlertOptions) {
    this.#anomaly = new IncidentWatch(camera, 'anomaly', options);
    this.#scenes = sceneKinds.map((kind) => [kind, new IncidentWatch(camera, kind, options)]);
  }

  /** Takes the next prediction, in time order. */
  next(prediction: Prediction): AlertChange[] {
    const { frame, predScore } = prediction;
    const sceneKind = this.#sceneKindOf(prediction);
    const changes: AlertChange[] = [];
    if (prediction.sceneChange === true || sceneKind) {
      changes.push(...this.#withFootage(this.#anomaly.abandon(frame.capturedAt)));
      this.#footage.clear();
    } else if (predScore !== undefined) {
      // What ends is of the frames before this one, what begins of this one too.
      const said = this.#withFootage(this.#anomaly.next(frame, predScore));
      this.#footage.add(frame, this.#anomaly.isUnderWay);
      changes.push(...this.#withFootage(said, 'opened'));
    }
    const scenes = this.#scenes.flatMap(([kind, watch]) => watch.next(frame, kind === sceneKind ? 1 : 0));
    return [...changes, ...scenes];
  }

  /** As the model says; where no model looks at scenes, from the picture alone. */
  #sceneKindOf({ frame, sceneChange, sceneKind }: Prediction): SceneKind | undefined {
    if (sceneChange !== undefined) return sceneChange ? sceneKind : undefined;
    const view = this.#view.next(frame);
    return view === 'covered' || view === 'moved' ? `camera-${view}` : undefined;
  }

  tick(now: number): AlertChange[] {
    return [...this.#withFootage(this.#anomaly.tick(now)), ...this.#scenes.flatMap(([, watch]) => watch.tick(now))];
  }

  close(): AlertChange[] {
    return [...this.#withFootage(this.#anomaly.close()), ...this.#scenes.flatMap(([, watch]) => watch.close())];
  }

  #withFootage(changes: AlertChange[], event: AlertChange['event'] = 'closed'): AlertChange[] {
    return changes.map((change) =>
      change.event === event ? { ...change, footage: this.#footage.footageOf(change.alert.peakAt) } : change,
    );
  }
}

/** The incidents of one kind with their identity and their picture; each call gives one change or none. */
class IncidentWatch {
  readonly #camera: string;
  readonly #kind: AlertKind;
  readonly #tracker: IncidentTracker;
  readonly #peak: KeptFrame;
  #id = '';

  constructor(camera: string, kind: AlertKind, options: AlertOptions) {
    this.#camera = camera;
    this.#kind = kind;
    this.#tracker = new IncidentTracker(options);
    this.#peak = new KeptFrame(options.jpegQuality);
  }

  /** Whether an incident is open, or the score has risen and may become one. */
  get isUnderWay(): boolean {
    return this.#tracker.current !== undefined;
  }

  next(frame: Prediction['frame'], score: number): AlertChange[] {
    const change = this.#tracker.next(score, frame.capturedAt);
    // `frame.data` is gone after this call, and this frame may be the peak that a later event shows.
    if (this.#tracker.current?.peakAt === frame.capturedAt) this.#peak.keep(frame);
    return this.#changesOf(change);
  }

  /** Closes an open incident, forgets a rise. */
  abandon(at: number): AlertChange[] {
    return this.#changesOf(this.#tracker.close() ?? this.#tracker.next(0, at));
  }

  tick(now: number): AlertChange[] {
    return this.#changesOf(this.#tracker.tick(now));
  }

  close(): AlertChange[] {
    return this.#changesOf(this.#tracker.close());
  }

  #changesOf(change: IncidentEvent | undefined): AlertChange[] {
    if (!change) return [];
    if (change.event === 'opened') this.#id = randomUUID();
    const { peakAt, peakScore } = change.incident;
    return [
      {
        event: change.event,
        alert: {
          id: this.#id,
          camera: this.#camera,
          kind: this.#kind,
          severity: severityOf({ kind: this.#kind, peakScore }),
          ...change.incident,
          snapshot: `${this.#id}.jpg`,
          snapshotAt: peakAt,
        },
        takeJpeg: () => this.#peak.takeJpeg(peakAt),
      },
    ];
  }
}
