import type { Alert } from '../core/status.ts';

interface AlertRow extends Pick<Alert, 'id' | 'camera' | 'kind' | 'severity' | 'snapshot' | 'verdict'> {
  readonly start_at: number;
  readonly peak_at: number;
  readonly end_at: number | null;
  readonly peak_score: number;
  readonly snapshot_at: number | null;
  readonly group_id: string | null;
  readonly is_quiet: number;
  readonly has_clip: number;
}

/** The alert of a row of the table `alert`, whole. */
export const alertOf = (row: unknown): Alert => {
  const { id, camera, kind, severity, snapshot, verdict, ...others } = row as AlertRow;
  return {
    id,
    camera,
    kind,
    severity,
    startAt: others.start_at,
    peakAt: others.peak_at,
    endAt: others.end_at,
    peakScore: others.peak_score,
    snapshot,
    snapshotAt: others.snapshot_at,
    verdict,
    group: others.group_id,
    isQuiet: others.is_quiet === 1,
    hasClip: others.has_clip === 1,
  };
};
