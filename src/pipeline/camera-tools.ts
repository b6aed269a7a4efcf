import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { InterruptedError } from '../core/errors.ts';
import { Discovery } from '../discover/discovery.ts';
import type { DiscoveryDeps } from '../server/routes/discovery.ts';
import type { LearningDeps } from '../server/routes/learning.ts';
import type { ProbeDeps } from '../server/routes/probe.ts';
import type { CameraPipeline } from './camera-pipeline.ts';
import type { Cleanups } from './cleanups.ts';
import { probeCameras } from './probe-cameras.ts';

type WatchedCamera = Pick<CameraPipeline, 'status' | 'startLearning' | 'cancelLearning'>;

interface ToolDeps {
  readonly ffmpeg: Ffmpeg;
  /** The cameras that there are at this moment, by id. */
  readonly cameras: ReadonlyMap<string, WatchedCamera>;
  /** Footage that is learned from, unless somebody asks for another length. */
  readonly learningMinutes: number;
  readonly cleanups: Pick<Cleanups, 'add'>;
}

/** What the page does with cameras beside watching them, until `cleanups` run. */
export const cameraTools = ({
  ffmpeg,
  cameras,
  learningMinutes,
  cleanups,
}: ToolDeps): DiscoveryDeps & LearningDeps & ProbeDeps => {
  const closing = new AbortController();
  cleanups.add(() => closing.abort(new InterruptedError()));
  return {
    discovery: new Discovery(),
    probe: probeCameras({ ffmpeg, signal: closing.signal }),
    learn(id, { minutes = learningMinutes, fresh = false }) {
      const camera = cameras.get(id);
      if (!camera) return 'unknown-camera';
      const outcome = camera.startLearning({ seconds: minutes * 60, isFresh: fresh });
      return outcome === 'started' ? camera.status : outcome;
    },
    cancelLearning(id) {
      const camera = cameras.get(id);
      camera?.cancelLearning();
      return camera?.status;
    },
  };
};
