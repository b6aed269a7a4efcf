import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { Command, Option } from 'commander';

import { normalFootageIn } from '../alert/alert-store.ts';
import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { openCamera } from '../camera/camera.ts';
import { loadPipeline } from '../config/load.ts';
import type { PipelineCamera } from '../config/pipeline.ts';
import { ConfigError } from '../core/errors.ts';
import { learnedTasks } from '../core/status.ts';
import type { LearningProgress, TaskName } from '../core/status.ts';
import { openEngine } from '../engine/open-engine.ts';
import { collectFootage } from '../learn/collect-footage.ts';
import { DataSetCollector, minFrames } from '../learn/data-set.ts';
import type { DataSet } from '../learn/data-set.ts';
import type { ModelCard } from '../model/model-card.ts';
import { loadFootage } from '../learn/saved-footage.ts';
import { Learner, learningFootage, taskFolder } from '../pipeline/learner.ts';
import { createLog } from '../pipeline/log.ts';
import type { Log } from '../pipeline/log.ts';
import { openSource } from '../pipeline/source.ts';
import { messageOf, throttled } from '../pipeline/telemetry.ts';
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
  const learnCamera = async (camera: PipelineCamera): Promise<void> => {
    // Only anomaly models have a threshold.
    const tasks = learnedTasks(camera.tasks).filter((task) => !recalibrate || task === 'anomaly');
    if (tasks.length === 0) {
      log.info({ camera: camera.id, tasks: camera.tasks }, 'nothing to learn: the denoiser comes with Nightjar');
      return;
    }
    const onProgress = (progress: LearningProgress): void => report(camera.id, progress);
    const saved =
      start === 'previous' && !from && minutes === undefined
        ? await loadFootage(learningFootage(camera.model), camera)
        : undefined;
    if (saved) log.info({ camera: camera.id }, 'learning from the footage of a learning that was cut off');
    const set =
      saved ??
      (from
        ? await collectFootage([from], camera, ffmpeg, signal)
        : await collectLive(camera, minutes ?? pipeline.learning.minutes, { ffmpeg, log, signal, onProgress }));
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
    await learner.learn({
      set,
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

interface CollectDeps {
  readonly ffmpeg: Ffmpeg;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LearningProgress) => void;
}

/** Collects live footage. Rejects with the signal's reason when it is interrupted. */
const collectLive = async (
  camera: PipelineCamera,
  minutes: number,
  { ffmpeg, log, signal, onProgress }: CollectDeps,
): Promise<DataSet> => {
  const source = await openSource(camera, ffmpeg);
  const { live: _live, ...analysed } = source.camera;
  const { frames$, events$ } = openCamera(analysed, { ffmpeg });
  const collector = new DataSetCollector(camera, camera.fps);
  const wanted = Math.max(minFrames, Math.round(minutes * 60 * camera.fps));
  const failures = events$.subscribe((event) => {
    if (event.type !== 'failed') return;
    collector.cut();
    log.warn({ camera: camera.id, cause: event.cause }, event.message);
  });
  try {
    await new Promise<void>((resolve) => {
      const frames = frames$.subscribe((frame) => {
        collector.add(frame);
        frame.release();
        const secondsLeft = (wanted - collector.seen) / camera.fps;
        onProgress({ stage: 'collecting', fraction: collector.seen / wanted, secondsLeft });
        if (collector.seen >= wanted) stop();
      });
      const stop = (): void => {
        frames.unsubscribe();
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
    signal.throwIfAborted();
  } finally {
    failures.unsubscribe();
    await source.close();
  }
  return collector.finish(`camera "${camera.id}"`);
};
