import Table from 'cli-table3';
import { Command, Option } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { evaluateImages } from '../learn/evaluate-images.ts';
import type { ImageEvaluation, ImagePlan } from '../learn/evaluate-images.ts';
import { imageArchitectures } from '../learn/image-model.ts';
import { pictureSize, positiveNumber, wholeNumber } from './arguments.ts';
import { withProgress } from './with-progress.ts';

interface EvalImagesOptions extends Omit<ImagePlan, 'signal' | 'onProgress'> {
  readonly json?: boolean;
}

const collect = (folder: string, folders: readonly string[]): readonly string[] => [...folders, folder];

export const evalImagesCommand = (): Command =>
  new Command('images')
    .description('learn from images of normal things, and print how well others are told apart')
    .requiredOption('--train <dir>', 'folder of normal images to learn from, at least 40')
    .requiredOption('--normal <dir>', 'folder of other normal images')
    .requiredOption('--anomalous <dir>', 'folder of anomalous images; may be repeated, one for each kind', collect, [])
    .option('--masks <dir>', 'folder of their masks, white is anomalous; one for each --anomalous', collect, [])
    .option('--size <WIDTHxHEIGHT>', 'scale all images to this; each keeps its own size by default', pictureSize)
    .option('--patch <pixels>', 'side of the squares that the model sees, divisible by 16', wholeNumber, 96)
    .addOption(new Option('--architecture <name>').choices(imageArchitectures).default('segmenter'))
    .option('--once-per <images>', 'one in so many normal images may be above the threshold', positiveNumber, 100)
    .option('--minutes <number>', 'minutes of training at most', positiveNumber, 6)
    .option('--seed <number>', 'seed of weights, places and disturbances', wholeNumber, 1)
    .option('--json', 'print one JSON line')
    .addHelpText(
      'after',
      `
Example:
  nightjar eval images --train tiles/good --normal tiles/more-good --anomalous tiles/crack --anomalous tiles/hole`,
    )
    .action(evalImages);

const evalImages = async ({ json = false, ...options }: EvalImagesOptions): Promise<void> => {
  const result = await withProgress('eval', async (watch) =>
    evaluateImages({ ...options, ...watch }, await findFfmpeg()),
  );
  if (json) console.log(JSON.stringify({ ...result, architecture: options.architecture, seed: options.seed }));
  else print(result);
};

const percent = (share: number | undefined): string => (share === undefined ? '' : `${(100 * share).toFixed(1)} %`);

const print = (result: ImageEvaluation): void => {
  const { trainImages, trainSeconds, threshold, oncePer, tail, heldBack, normal, anomalous, msPerImage } = result;
  console.log(`trained on ${trainImages} images in ${trainSeconds.toFixed(0)} s, ${msPerImage.toFixed(1)} ms an image`);
  const table = new Table({
    head: ['images', 'count', 'mean', 'std', 'p50', 'p90', 'p99', 'max', 'above', 'image AUROC', 'pixel AUROC'],
    style: { head: [], border: [] },
  });
  const row = (name: string, { count, ...rest }: ImageEvaluation['normal'], ...more: string[]): void => {
    const { mean, std, p50, p90, p99, max } = rest;
    table.push([name, count, ...[mean, std, p50, p90, p99, max].map((value) => value.toPrecision(3)), ...more]);
  };
  row('held back', heldBack);
  row('normal', normal, percent(result.falsePositiveRate));
  for (const [name, { scores, truePositiveRate, imageAuroc, pixelAuroc }] of Object.entries(anomalous))
    row(name, scores, percent(truePositiveRate), percent(imageAuroc), percent(pixelAuroc));
  console.log(table.toString());
  console.log(
    `threshold ${threshold.toPrecision(3)}: one in ${oncePer} normal images, by a tail of shape ${tail.shape.toPrecision(2)} and scale ${tail.scale.toPrecision(2)}`,
  );
};
