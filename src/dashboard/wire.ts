import type { Alert, AlertEvent, AlertKind, ServerMessage, Severity } from '../server/protocol.ts';

export type {
  Alert,
  AlertKind,
  CameraStatus,
  LearningProgress,
  PredictionMessage,
  Severity,
  Verdict,
  VideoMessage,
} from '../server/protocol.ts';
export type AlertChange = AlertEvent;
export type Message = ServerMessage;

/** What the page reads from the server, by docs/protocol.md. Times are milliseconds since the epoch. */

// Values, not only types: those of the server come with its schemas, which the page has no use for.
export const alertKinds = [
  'anomaly',
  'scene-change',
  'camera-down',
  'camera-covered',
  'camera-moved',
] as const satisfies readonly AlertKind[];
export const severities = ['low', 'medium', 'high'] as const satisfies readonly Severity[];

/** An alert from a server that may be older than the page and not know all of it. */
export const completeAlert = (alert: Partial<Alert> & Pick<Alert, 'id' | 'camera' | 'kind' | 'startAt'>): Alert => ({
  severity: 'medium',
  peakAt: alert.startAt,
  endAt: null,
  peakScore: 1,
  snapshot: '',
  snapshotAt: null,
  verdict: null,
  group: null,
  isQuiet: false,
  hasClip: false,
  ...alert,
});

/** Counts of alerts, for each camera and severity one number a bucket. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly cameras: Readonly<Record<string, Readonly<Record<Severity, readonly number[]>>>>;
}

export interface GridOfHeat {
  readonly rows: number;
  readonly columns: number;
  /** Row by row, 0..255; 128 is the threshold. */
  readonly values: readonly number[];
}

export type Role = 'viewer' | 'operator' | 'admin';

export interface Session {
  readonly user: { readonly name: string; readonly role: Role } | null;
  /** Nobody needs to log in, and everybody may do everything. */
  readonly isOpen: boolean;
}

export interface Pipeline {
  readonly file: string;
  readonly canWrite: boolean;
  readonly problems: readonly string[];
}

/** The keys of a camera in the pipeline file that the page offers. */
export interface CameraSettings {
  readonly id?: string;
  readonly url?: string;
  readonly transport?: 'tcp' | 'udp' | null;
  readonly size?: string | null;
  readonly fps?: number | null;
  readonly colour?: boolean | null;
  readonly tasks?: readonly string[] | null;
  readonly live?: Readonly<Record<string, unknown>> | null;
  readonly mask?: readonly Polygon[] | null;
}

/** From 0, 0 at the top left to 1, 1. */
export type Point = readonly [x: number, y: number];
export type Polygon = readonly Point[];

export type Probe =
  | { readonly ok: true; readonly codec: string; readonly width: number; readonly height: number; readonly picture: string } // prettier-ignore
  | { readonly ok: false; readonly cause: string; readonly message: string };
