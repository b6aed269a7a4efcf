import type { PipelineCamera } from '../config/pipeline.ts';
import { learnedTasks } from '../core/status.ts';
import type { DenoiserShelf } from './denoiser-shelf.ts';
import { taskFolder } from './learner.ts';
import type { ModelShelf } from './models.ts';

/** Lets go of the models that none of these cameras, which are all that are open, can use. */
export const keepModels = (
  cameras: readonly PipelineCamera[],
  models: Pick<ModelShelf, 'keep'>,
  denoisers: Pick<DenoiserShelf, 'keep'>,
): void => {
  const learned = cameras.flatMap(({ model, tasks }) => learnedTasks(tasks).map((task) => taskFolder(model, task)));
  models.keep(new Set(learned));
  denoisers.keep(
    cameras
      .filter(({ tasks }) => tasks.includes('denoise'))
      .map(({ model, denoiser, live }) => ({ model: denoiser.model, own: taskFolder(model, 'denoise'), shape: live })),
  );
};
