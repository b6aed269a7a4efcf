import type { CameraStatus } from '../../src/core/status.ts';

/** The status of a live camera that has a model; `changes` says what matters to a test. */
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
  format: 'rgb24',
  live: { width: 64, height: 48, fps: 10 },
  ...changes,
});
