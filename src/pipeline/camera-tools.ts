import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Observable } from 'rxjs';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { Pipeline } from '../config/pipeline.ts';
import type { Demand } from '../core/demand.ts';
import { InterruptedError } from '../core/errors.ts';
import type { LivePicture } from '../core/prediction.ts';
import { Discovery } from '../discover/discovery.ts';
import type { DiscoveryDeps } from '../server/routes/discovery.ts';
import type { LearningDeps } from '../server/routes/learning.ts';
import type { PictureDeps } from '../server/routes/picture.ts';
import type { ProbeDeps } from '../server/routes/probe.ts';
import type { ReportDeps } from '../server/routes/report.ts';
import type { CameraPipeline } from './camera-pipeline.ts';
import type { Cleanups } from './cleanups.ts';
import { taskFolder } from './learner.ts';
import type { Log } from './log.ts';
import { ModelReports } from './model-reports.ts';
import { NewestPicture } from './newest-picture.ts';
import { probeCameras } from './probe-cameras.ts';
import { messageOf } from './telemetry.ts';

interface ToolDeps {
  /** The cameras that there are at this moment, by id. */
  readonly cameras: ReadonlyMap<
    string,
    Pick<CameraPipeline, 'status' | 'settings' | 'startLearning' | 'cancelLearning'>
  >;
  readonly pictures$: Observable<LivePicture>;
  readonly demand: Pick<Demand, 'want'>;
  readonly ffmpeg: Ffmpeg;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly cleanups: Pick<Cleanups, 'add'>;
}

type CameraTools = DiscoveryDeps & LearningDeps & PictureDeps & ProbeDeps & ReportDeps;

/** What the page does with cameras beside watching them, until `cleanups` run. */
export const cameraTools = (
  { learning, server }: Pick<Pipeline, 'learning' | 'server'>,
  { cameras, pictures$, demand, ffmpeg, log, cleanups }: ToolDeps,
): CameraTools => {
  const closing = new AbortController();
  cleanups.add(() => closing.abort(new InterruptedError()));
  const newest = new NewestPicture({ pictures$, demand, jpegQuality: server.jpegQuality });
  const reports = new ModelReports({
    onUnkept: (error) => log.warn(`a model's report cannot be kept: ${messageOf(error)}`),
  });
  return {
    discovery: new Discovery(),
    probe: probeCameras({ ffmpeg, signal: closing.signal }),
    learn(id, { minutes = learning.minutes, fresh = false }) {
      const camera = cameras.get(id);
      if (!camera) return 'unknown-camera';
      const outcome = camera.startLearning({ seconds: minutes * 60, isFresh: fresh });
      if (outcome !== 'started') return outcome;
      log.info({ camera: id, minutes, fresh }, 'learning on demand');
      return camera.status;
    },
    cancelLearning(id) {
      const camera = cameras.get(id);
      if (camera?.cancelLearning()) log.info({ camera: id }, 'learning cancelled');
      return camera?.status;
    },
    picture: (id) => (cameras.has(id) ? newest.take(id) : undefined),
    report: (id) => {
      const settings = cameras.get(id)?.settings;
      return settings && reports.page(reportedModel(settings.model));
    },
  };
};

/** The folder of the model that a camera's report is of: that with a threshold, where there is one. */
const reportedModel = (folder: string): string => {
  const folders = (['anomaly', 'colorize'] as const).map((task) => taskFolder(folder, task));
  return folders.find((one) => existsSync(path.join(one, 'model.json'))) ?? taskFolder(folder, 'anomaly');
};
