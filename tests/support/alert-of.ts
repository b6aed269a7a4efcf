import type { Alert } from '../../src/core/status.ts';

/** An anomaly at the door that goes on; `changes` says what matters to a test. */
export const alertOf = (id: string, changes: Partial<Alert> = {}): Alert => ({
  id,
  camera: 'door',
  kind: 'anomaly',
  severity: 'medium',
  startAt: 1_700_000_000_000,
  peakAt: 1_700_000_001_000,
  endAt: null,
  peakScore: 1.7,
  snapshot: `${id}.jpg`,
  snapshotAt: changes.peakAt ?? 1_700_000_001_000,
  verdict: null,
  group: null,
  isQuiet: false,
  hasClip: false,
  ...changes,
});
