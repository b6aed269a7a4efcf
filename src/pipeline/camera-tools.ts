import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Observable } from 'rxjs';

import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { Pipeline } from '../config/pipeline.ts';
import type { Demand } from '../core/demand.ts';
import { InterruptedError, messageOf } from '../core/errors.ts';
import type { LivePicture } from '../core/prediction.ts';
import { Discovery } from '../discover/discovery.ts';
import type { DiscoveryDeps } from '../server/routes/discovery.ts';
import type { LearningDeps } from '../server/routes/learning.ts';
import type { PictureDeps } from '../server/routes/picture.ts';
import type { ProbeDeps } from '../server/routes/probe.ts';
import type { ReportDeps } from '../server/routes/report.ts';
import type { Cameras } from './cameras.ts';
import type { Cleanups } from './cleanups.ts';
import { taskFolder } from './learner.ts';
import type { Log } from './log.ts';
import { ModelReports } from './model-reports.ts';
import { NewestPicture } from './newest-picture.ts';
import { probeCameras } from './probe-cameras.ts';

interface ToolDeps {
  readonly cameras: Pick<Cameras, 'running' | 'settings'>;
  readonly pictures$: Observable<LivePicture>;
  readonly demand: Pick<Demand, 'want'>;
  readonly ffmpeg: Ffmpeg;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly cleanups: Pick<Cleanups, 'add'>;
}

type CameraTools = Omit<DiscoveryDeps & LearningDeps & PictureDeps & ProbeDeps & ReportDeps, 'status'>;

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
      const outcome = cameras.running(id)?.startLearning({ seconds: minutes * 60, isFresh: fresh }) ?? 'not-running';
      if (outcome === 'started') log.info({ camera: id, minutes, fresh }, 'learning on demand');
      return outcome;
    },
    cancelLearning(id) {
      if (cameras.running(id)?.cancelLearning()) log.info({ camera: id }, 'learning cancelled');
    },
    picture: async (id) => (cameras.running(id) ? newest.take(id) : undefined),
    report: async (id) => {
      const camera = cameras.settings(id);
      return camera && reports.page(reportedModel(camera.model));
    },
  };
};

/** The folder of the model that a camera's report is of: that with a threshold, where there is one. */
const reportedModel = (folder: string): string => {
  const folders = (['anomaly', 'colorize'] as const).map((task) => taskFolder(folder, task));
  return folders.find((one) => existsSync(path.join(one, 'model.json'))) ?? taskFolder(folder, 'anomaly');
};
