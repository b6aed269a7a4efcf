import { mkdtemp, rm } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import path from 'node:path';

import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { openEngine } from '../engine/open-engine.ts';
import { openOrtEngine } from '../engine/ort-engine.ts';
import { collectFootage } from '../learn/collect-footage.ts';
import { clipsIn, evaluateAnomaly } from '../learn/evaluate-anomaly.ts';
import { learnModel } from '../learn/learn-model.ts';
import { architectureNames } from '../model/architectures/architecture.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import { loadModel } from '../model/model-folder.ts';
import { pictureSize, positiveNumber, wholeNumber } from './arguments.ts';
import { progressReporter } from './progress.ts';
import { stopSignal } from './stop-signal.ts';

interface EvalOptions {
  readonly train: string;
  readonly test: string;
  readonly labels: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly fps: number;
  readonly architecture: ArchitectureName | 'motion';
  readonly masks?: string;
  readonly minutes: number;
  readonly seed: number;
  readonly json?: boolean;
}

export const evalCommand = (): Command =>
  new Command('eval').description('measure quality on footage with known answers').addCommand(
    new Command('anomaly')
      .description('learn from normal clips, score test clips as if live, and print the area under the ROC curve')
      .requiredOption('--train <dir>', 'folder of clips (folders of images, or videos) of normal life')
      .requiredOption('--test <dir>', 'folder of clips to score')
      .requiredOption('--labels <file>', 'JSON: {"clips": {"01": [61, 180]}}, frames that are anomalous, from 1')
      .option(
        '--masks <dir>',
        'folder of a folder of masks for each test clip (images, white is anomalous): pixel-level AUC',
      )
      .option('--size <WIDTHxHEIGHT>', 'picture size of the model', pictureSize, { width: 240, height: 160 })
      .option('--fps <number>', 'frames a second of the footage', positiveNumber, 10)
      .addOption(new Option('--architecture <name>').choices(['motion', ...architectureNames]).default('motion'))
      .option('--minutes <number>', 'minutes of training at most', positiveNumber, 3)
      .option('--seed <number>', 'seed of weights and noise', wholeNumber, 1)
      .option('--json', 'print one JSON line')
      .addHelpText(
        'after',
        `
Example:
  nightjar eval anomaly --train ucsd_ped2/train --test ucsd_ped2/test --labels ucsd_ped2/test_labels.json`,
      )
      .action(evalAnomaly),
  );

/** As in a pipeline file. */
const fixed = {
  batch: 4,
  noise: 0.05,
  patience: 10,
  validationShare: 0.3,
  falseAlarmsPerDay: 1,
  smoothingSeconds: 0.15,
} as const;

const evalAnomaly = async (options: EvalOptions): Promise<void> => {
  const { size, fps, architecture, minutes, seed, json = false } = options;
  const footage = { id: 'eval', ...size, format: 'gray', fps, mask: [] } as const;
  const bar = progressReporter((line) => console.error(line));
  const { signal } = stopSignal();
  const ffmpeg = await findFfmpeg();
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-eval-'));
  const engine = await openEngine({ name: 'onnxruntime', device: 'cpu', log: () => undefined });
  const training = await openOrtEngine({ device: 'cpu', workers: 1, threads: os.availableParallelism() });
  try {
    const set = await collectFootage([...(await clipsIn(options.train)).values()], footage, ffmpeg, signal);
    const model = path.join(folder, 'model');
    const card = await learnModel(
      set,
      model,
      { training, inference: engine },
      {
        ...fixed,
        task: 'anomaly',
        architecture,
        seed,
        maxMinutes: minutes,
        source: options.train,
        signal,
        onProgress: (progress) => bar.report('eval', progress),
      },
    );
    bar.stop();
    const result = await evaluateAnomaly(await loadModel(model), options, footage, { engine, ffmpeg });
    const trainSeconds = card.training.seconds;
    if (json) {
      console.log(JSON.stringify({ ...result, trainSeconds, architecture, seed }));
      return;
    }
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    console.log(`${result.frames} frames of ${result.clips} clips, ${result.msPerFrame.toFixed(1)} ms a frame`);
    console.log(`trained on ${set.count} frames in ${trainSeconds.toFixed(0)} s`);
    console.log(`AUC of the live score       ${percent(result.aucRaw)}`);
    console.log(`AUC, each clip normalised   ${percent(result.aucNormalised)}`);
    if (result.pixelAuc !== undefined) console.log(`AUC of the heat map         ${percent(result.pixelAuc)}`);
    console.log(`false alarms an hour        ${result.falseAlarmsPerHour.toFixed(1)}`);
    console.log(
      `above the threshold         ${percent(result.truePositiveRate)} of the anomalous, ${percent(result.falsePositiveRate)} of the normal frames`,
    );
  } finally {
    bar.stop();
    await Promise.all([engine.close(), training.close()]);
    await rm(folder, { recursive: true, force: true });
  }
};
