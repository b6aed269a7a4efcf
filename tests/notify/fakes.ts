import type { Alert, CameraStatus } from '../../src/core/status.ts';

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
  snapshotAt: 1_700_000_001_000,
  verdict: null,
  group: null,
  isQuiet: false,
  hasClip: false,
  ...changes,
});

export const cameraOf = (id: string, changes: Partial<CameraStatus> = {}): CameraStatus => ({
  id,
  state: 'live',
  url: `rtsp://***@${id}.local/main`,
  fps: 5,
  tasks: ['anomaly', 'denoise'],
  hasModel: true,
  working: ['anomaly', 'denoise'],
  width: 64,
  height: 48,
  format: 'gray',
  live: { width: 64, height: 48, fps: 10 },
  ...changes,
});

/** Resolves when it is so; rejects, naming what, when that takes too long. */
export const until = async (what: string, isSo: () => boolean, seconds = 20): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; !isSo();) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
