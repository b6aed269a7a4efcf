import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { learnAndEvaluate } from '../learn/learn-and-evaluate.ts';
import { architectureNames } from '../model/architectures/architecture.ts';
import type { ArchitectureName } from '../model/architectures/architecture.ts';
import { positiveNumber, sizeOption, wholeNumber } from './arguments.ts';
import { evalColorizeCommand, evalDenoiseCommand } from './eval-footage.ts';
import { evalImagesCommand } from './eval-images.ts';
import { withProgress } from './with-progress.ts';

interface EvalOptions {
  readonly train: string;
  readonly test: string;
  readonly labels: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly fps: number;
  readonly architecture: ArchitectureName;
  readonly masks?: string;
  readonly minutes: number;
  readonly seed: number;
  readonly json?: boolean;
}

export const evalCommand = (): Command =>
  new Command('eval')
    .description('measure quality on footage with known answers')
    .addCommand(evalImagesCommand())
    .addCommand(evalDenoiseCommand())
    .addCommand(evalColorizeCommand())
    .addCommand(
      new Command('anomaly')
        .description('learn from normal clips, score test clips as if live, and print the area under the ROC curve')
        .requiredOption('--train <dir>', 'folder of clips (folders of images, or videos) of normal life')
        .requiredOption('--test <dir>', 'folder of clips to score')
        .requiredOption('--labels <file>', 'JSON: {"clips": {"01": [61, 180]}}, frames that are anomalous, from 1')
        .option(
          '--masks <dir>',
          'folder of a folder of masks for each test clip (images, white is anomalous): pixel-level AUC',
        )
        .addOption(sizeOption(240, 160))
        .option('--fps <number>', 'frames a second of the footage', positiveNumber, 10)
        .addOption(new Option('--architecture <name>').choices(architectureNames).default('motion'))
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

const evalAnomaly = async ({ size, fps, json = false, ...options }: EvalOptions): Promise<void> => {
  const footage = { id: 'eval', ...size, format: 'gray', fps, mask: [] } as const;
  const result = await withProgress('eval', async (watch) =>
    learnAndEvaluate({ ...options, footage, ...watch }, await findFfmpeg()),
  );
  if (json) {
    console.log(JSON.stringify({ ...result, architecture: options.architecture, seed: options.seed }));
    return;
  }
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`${result.frames} frames of ${result.clips} clips, ${result.msPerFrame.toFixed(1)} ms a frame`);
  console.log(`trained on ${result.trainFrames} frames in ${result.trainSeconds.toFixed(0)} s`);
  console.log(`AUC of the live score       ${percent(result.aucRaw)}`);
  console.log(`AUC, each clip normalised   ${percent(result.aucNormalised)}`);
  if (result.pixelAuc !== undefined) console.log(`AUC of the heat map         ${percent(result.pixelAuc)}`);
  console.log(`false alarms an hour        ${result.falseAlarmsPerHour.toFixed(1)}`);
  console.log(
    `above the threshold         ${percent(result.truePositiveRate)} of the anomalous, ${percent(result.falsePositiveRate)} of the normal frames`,
  );
};
