import type { Alert, AlertKind, Severity } from '../wire.ts';
import { durationText } from './time-text.ts';

export const kindText: Readonly<Record<AlertKind, string>> = {
  anomaly: 'Something unusual',
  'scene-change': 'The scene changed',
  'camera-down': 'Camera is down',
  'camera-covered': 'Camera is covered',
  'camera-moved': 'Camera was moved',
};

export const severityText: Readonly<Record<Severity, string>> = { low: 'Low', medium: 'Medium', high: 'High' };

/** "ongoing" or "lasted 8 s" */
export const alertDurationText = ({ startAt, endAt }: Pick<Alert, 'startAt' | 'endAt'>): string =>
  endAt === null ? 'ongoing' : `lasted ${durationText(endAt - startAt)}`;

/** "Something unusual, front-door, high severity", for who hears it. */
export const spokenAlert = ({ kind, camera, severity }: Pick<Alert, 'kind' | 'camera' | 'severity'>): string =>
  `${kindText[kind]}, ${camera}, ${severity} severity`;

/** Below api/; the peak's time makes the address new when the picture is. */
export const snapshotPath = ({ id, peakAt }: Pick<Alert, 'id' | 'peakAt'>): string =>
  `alerts/${encodeURIComponent(id)}/snapshot.jpg?peak=${Math.round(peakAt)}`;
