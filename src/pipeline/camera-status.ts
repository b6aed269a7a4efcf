import type { PipelineCamera } from '../config/pipeline.ts';
import type { CameraStatus } from '../core/status.ts';

/** What is known of a camera before anything came from it. */
export const bareStatus = (camera: PipelineCamera, redactedUrl: string): CameraStatus => {
  const { id, width, height, format, fps, live, tasks } = camera;
  return {
    ...{ id, width, height, format, fps, tasks },
    live: { width: live.width, height: live.height, fps: live.fps },
    url: redactedUrl,
    state: 'connecting',
    hasModel: false,
    working: [],
  };
};
