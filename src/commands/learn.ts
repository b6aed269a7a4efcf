import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Command, Option } from 'commander';

import { normalFootageIn } from '../alert/alert-store.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { loadPipeline } from '../config/load.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { ConfigError, DataError, ModelError, messageOf } from '../core/errors.ts';
import { learnedTasks } from '../core/status.ts';
import type { LearningProgress, TaskName } from '../core/status.ts';
import { openEngine } from '../engine/open-engine.ts';
import { collectFootage } from '../learn/collect-footage.ts';
import type { DataSet } from '../learn/data-set.ts';
import type { ModelCard } from '../model/model-card.ts';
import { learnDenoiser, liveFootageShape, liveFrames } from '../learn/denoising/learn-denoiser.ts';
import { loadFootage } from '../learn/saved-footage.ts';
import { collectLive } from '../pipeline/collect-live.ts';
import type { CollectedFootage } from '../pipeline/collect-live.ts';
import { Learner, learningFootage, taskFolder } from '../pipeline/learner.ts';
import { createLog } from '../pipeline/log.ts';
import { throttled } from '../pipeline/telemetry.ts';
import { positiveNumber } from './arguments.ts';
import { progressReporter } from './progress.ts';
import { stopSignal } from './stop-signal.ts';

interface LearnOptions {
  readonly camera?: string;
  readonly minutes?: number;
  readonly from?: string;
  readonly fresh?: boolean;
  readonly recalibrate?: boolean;
  readonly json?: boolean;
}

export const learnCommand = (): Command =>
  new Command('learn')
    .description('learn models for each camera, or for one, from live or recorded footage of normal life')
    .argument('<pipeline>', 'pipeline file (YAML)')
    .option('--camera <id>', 'only this camera')
    .option('--minutes <number>', 'minutes of live footage to collect, instead of learning.minutes', positiveNumber)
    .option('--from <path>', 'learn from a video or a folder of images instead of the live camera')
    .option('--fresh', 'begin with random weights instead of the model that is there')
    .addOption(
      new Option('--recalibrate', 'keep the model, and only set its threshold anew from the footage').conflicts(
        'fresh',
      ),
    )
    .option('--json', 'log JSON lines')
    .addHelpText(
      'after',
      `
A camera that has a model goes on from it; a new model that is worse on held-back footage is refused. Footage of alerts that
were judged normal is learned too.

Ctrl-C ends the training early and keeps the best model so far; before the training it writes nothing.

Examples:
  nightjar learn pipelines/my-cameras.yaml --camera front-door --minutes 30
  nightjar learn pipelines/my-cameras.yaml --camera front-door --from recording.mp4
  nightjar learn pipelines/my-cameras.yaml --camera front-door --recalibrate --minutes 10`,
    )
    .action(learn);

/** A line of JSON so often, at most. */
const progressIntervalMs = 250;

const learn = async (file: string, options: LearnOptions): Promise<void> => {
  const { camera: only, minutes, from, fresh = false, recalibrate = false, json = false } = options;
  const start = recalibrate ? 'recalibrate' : fresh ? 'fresh' : 'previous';
  const pipeline = await loadPipeline(file);
  const cameras = pipeline.cameras.filter(({ id }) => only === undefined || id === only);
  if (cameras.length === 0) {
    const known = pipeline.cameras.map(({ id }) => id).join(', ');
    throw new ConfigError('invalid', `${file} has no camera ${JSON.stringify(only)}; it has ${known}`);
  }
  const without = cameras.find(({ tasks }) => !tasks.includes('anomaly'));
  if (recalibrate && without)
    throw new ConfigError(
      'invalid',
      `--recalibrate sets the threshold of an anomaly model; camera "${without.id}" has the tasks ${without.tasks.join(', ')}`,
    );
  const log = createLog({ json });
  const bar = progressReporter((line) => log.info(line));
  const logProgress = throttled(progressIntervalMs, (fields: object) => log.info(fields, 'learning'));
  const report = (camera: string, progress: LearningProgress): void =>
    json ? logProgress({ camera, ...progress }) : bar.report(camera, progress);

  for (const { model } of cameras) await expectWritable(path.dirname(model));
  const ffmpeg = await findFfmpeg();
  const engine = await openEngine({ ...pipeline.engine, log: (line) => log.debug(line) });
  const { signal } = stopSignal();
  const learner = new Learner(pipeline, engine, signal);
  const learnNoise = async (
    { id, model: folder, denoiser }: PipelineCamera,
    footage: DataSet,
    source: string,
    onProgress: (progress: LearningProgress) => void,
  ): Promise<void> => {
    const { maxMinutes, seed } = pipeline.learning;
    const target = taskFolder(folder, 'denoise');
    const how = { model: denoiser.model, fresh, minutes: maxMinutes, seed, source, signal, onProgress };
    try {
      const { before, after } = await learnDenoiser(footage, target, how);
      bar.stop();
      log.info({ camera: id, task: 'denoise', folder: target, before, after }, 'model learned');
    } catch (error) {
      // The shipped one, or the one before, goes on.
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      bar.stop();
      log.info({ camera: id, task: 'denoise' }, error.message);
    }
  };
  const learnCamera = async (camera: PipelineCamera): Promise<void> => {
    // Only anomaly models have a threshold.
    const tasks = learnedTasks(camera.tasks).filter((task) => !recalibrate || task === 'anomaly');
    const onProgress = (progress: LearningProgress): void => report(camera.id, progress);
    const saved =
      start === 'previous' && !from && minutes === undefined
        ? await loadFootage(learningFootage(camera.model), camera)
        : undefined;
    if (saved) log.info({ camera: camera.id }, 'learning from the footage of a learning that was cut off');
    const collected = saved
      ? { analysed: saved, live: undefined }
      : from
        ? await collectFrom(from, camera, ffmpeg, signal)
        : await collectLive(camera, minutes ?? pipeline.learning.minutes, { ffmpeg, log, signal, onProgress });
    const source = from ?? `camera ${camera.id}`;
    const onLearned = (
      task: TaskName,
      { trainedOn, training: { steps, seconds, validationLoss } }: ModelCard,
    ): void => {
      bar.stop();
      const folder = taskFolder(camera.model, task);
      log.info(
        { camera: camera.id, task, folder, frames: trainedOn.frames, steps, seconds, validationLoss },
        'model learned',
      );
    };
    const normalFootage = normalFootageIn(path.join(pipeline.storage.path, 'alerts'), camera.id);
    if (collected.live && !recalibrate) await learnNoise(camera, collected.live, source, onProgress);
    if (tasks.length === 0) return;
    await learner.learn({
      set: collected.analysed,
      folder: camera.model,
      tasks,
      isResumed: saved !== undefined,
      source,
      start,
      normalFootage,
      onNote: (note) => log.info({ camera: camera.id }, note),
      onProgress,
      onLearned,
    });
  };
  try {
    // One model for the cameras that share it, from the footage of the first of them.
    const learned = new Set<string>();
    const failures: unknown[] = [];
    for (const camera of cameras) {
      if (learned.has(camera.model)) continue;
      signal.throwIfAborted();
      learned.add(camera.model);
      try {
        await learnCamera(camera);
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
        if (cameras.length > 1) log.error({ camera: camera.id }, messageOf(error));
      }
    }
    if (failures.length > 0) throw failures[0];
  } finally {
    bar.stop();
    await engine.close();
  }
};

/** Better now than after an hour of footage. Rejects with the file system's error. */
const expectWritable = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  await access(folder, constants.W_OK);
};

/** Recorded footage, in both shapes. */
const collectFrom = async (
  from: string,
  camera: PipelineCamera,
  ffmpeg: Ffmpeg,
  signal: AbortSignal,
): Promise<CollectedFootage> => {
  const analysed = await collectFootage([from], camera, ffmpeg, signal);
  if (!camera.tasks.includes('denoise')) return { analysed, live: undefined };
  const shape = {
    ...camera,
    ...liveFootageShape(camera.live),
    fps: camera.live.fps,
    maxFrames: liveFrames(liveFootageShape(camera.live)),
  };
  return { analysed, live: await collectFootage([from], shape, ffmpeg, signal) };
};
