import type { LiveStream } from './camera.ts';
import type { LiveKind } from './demand.ts';
import type { CameraFailure } from './errors.ts';
import type { FrameShape } from './frame.ts';

export type TaskName = 'anomaly' | 'denoise' | 'colorize';

/** Those whose models are learned from the camera's own footage; the denoiser comes with Nightjar. */
export const learnedTasks = (tasks: readonly TaskName[]): TaskName[] => tasks.filter((task) => task !== 'denoise');

/** How far a camera's learning is; `fraction` is 0..1 of the current stage. */
export interface LearningProgress {
  readonly stage: 'collecting' | 'training' | 'calibrating';
  readonly fraction: number;
  /** Running mean of the training loss. */
  readonly loss?: number;
  /** Samples trained on in a second, on average since the training began. */
  readonly framesPerSecond?: number;
  readonly secondsLeft?: number;
}

/** A feed that is published elsewhere. */
export interface PublishStatus {
  /** The redacted URL. */
  readonly url: string;
  readonly kind: LiveKind | 'colorized';
  /** Whether the server takes it at this moment. */
  readonly isUp: boolean;
  /** Why not, after the first failure. */
  readonly message?: string;
}

/** A camera as users see it, in the page, the API and the log. Never holds a URL with a password. */
export interface CameraStatus extends FrameShape {
  readonly id: string;
  readonly state: 'connecting' | 'live' | 'failed' | 'learning' | 'paused';
  /** The redacted URL. */
  readonly url: string;
  readonly fps: number;
  /** The pictures for watching; `width`, `height` and `fps` above are of those that are analysed. */
  readonly live: Pick<LiveStream, 'width' | 'height' | 'fps'>;
  readonly tasks: readonly TaskName[];
  readonly cause?: CameraFailure;
  readonly message?: string;
  readonly learning?: LearningProgress;
  /**
   * Whether the camera's first task of anomaly, denoise, colorize has its model, learned or loaded: no other is waited
   * for.
   */
  readonly hasModel: boolean;
  /** The tasks whose model is in use already. */
  readonly working: readonly TaskName[];
  /** Absent where nothing is published. */
  readonly publish?: PublishStatus;
}

/**
 * `anomaly`: the score went over the threshold. `scene-change`: the condition of the whole picture changed (infrared, light).
 * `camera-down`: no picture comes. `camera-covered`: the picture lost nearly all it usually shows. `camera-moved`: it shows
 * something else.
 */
export const alertKinds = ['anomaly', 'scene-change', 'camera-down', 'camera-covered', 'camera-moved'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What may become of the whole picture of a camera that gives one. */
export type SceneKind = Exclude<AlertKind, 'anomaly' | 'camera-down'>;

/** How much an alert matters, the least first; src/alert/severity.ts has the rule. */
export const severities = ['low', 'medium', 'high'] as const;
export type Severity = (typeof severities)[number];

/** As Date counts them. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** What a person said of an alert: `normal` footage joins the next learning, `real` footage never does. */
export const verdicts = ['normal', 'real'] as const;
export type Verdict = (typeof verdicts)[number];

/** One incident, from its beginning to its end. Times are milliseconds since the epoch. */
export interface Alert {
  readonly id: string;
  readonly camera: string;
  readonly kind: AlertKind;
  /** Of an anomaly it rises with its peak. */
  readonly severity: Severity;
  readonly startAt: number;
  readonly peakAt: number;
  /** Null while the incident goes on. */
  readonly endAt: number | null;
  /** The highest score of an anomaly; always 1 for other kinds. */
  readonly peakScore: number;
  /** File name below the store's snapshot folder; empty when there is no picture. */
  readonly snapshot: string;
  /** When that picture was taken: at the peak, or the last one before the camera was down. Null when there is none. */
  readonly snapshotAt: number | null;
  /** Null until somebody judged it. */
  readonly verdict: Verdict | null;
  /** The id of the first of several cameras' alerts that began together, its own there; null for one that is alone. */
  readonly group: string | null;
  /** It began when nobody wants to be told: recorded and shown, without notifications. */
  readonly isQuiet: boolean;
  /** Whether there is a video clip of it. */
  readonly hasClip: boolean;
}

/** A change in the life of an alert: `updated` has a higher peak, goes on after it had closed, was judged, or got a group or a clip. */
export interface AlertEvent {
  readonly event: 'opened' | 'updated' | 'closed' | 'deleted';
  readonly alert: Alert;
}
