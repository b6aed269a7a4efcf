import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Command } from 'commander';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { ConfigError, ModelError } from '../core/errors.ts';
import { scoreClips } from '../learn/evaluate-anomaly.ts';
import { ratesAtThreshold, readLabels, rocAuc, rocCurve } from '../learn/evaluation.ts';
import { withEngines } from '../learn/with-learned.ts';
import { peaksOf, recordFrame } from '../learn/record-frame.ts';
import type { RecordedFrame } from '../model/learning-record.ts';
import { loadModel, loadRecord } from '../model/model-folder.ts';
import { reportPage } from '../report/page.ts';
import type { ReportedData } from '../report/page.ts';

interface ReportOptions {
  readonly out?: string;
  readonly data?: string;
  readonly labels?: string;
  readonly masks?: string;
}

export const reportCommand = (): Command =>
  new Command('report')
    .description('write an HTML page that shows why the threshold of a model is where it is')
    .argument('<model>', 'model folder (model.json, weights.bin, card.json, record.json)')
    .option('--out <file>', 'the page to write (default: report.html in the model folder)')
    .option('--data <dir>', 'folder of clips (folders of images, or videos) to score as well')
    .option('--labels <file>', 'JSON: {"clips": {"01": [61, 180]}}, frames that are anomalous, from 1')
    .option('--masks <dir>', 'folder of a folder of masks for each clip (images, white is anomalous)')
    .addHelpText(
      'after',
      `
The page holds pictures of the camera: share it as you would share them.

Examples:
  nightjar report nightjar-data/models/front-door/anomaly
  nightjar report nightjar-data/models/front-door/anomaly --data clips --labels labels.json --out report.html`,
    )
    .action(report);

/** Of footage for a model that does not say what it was learned from. */
const usualFps = 10;

const report = async (folder: string, { out, data, labels, masks }: ReportOptions): Promise<void> => {
  if (data === undefined && (labels ?? masks) !== undefined)
    throw new ConfigError('invalid', 'Expected --data, the clips that --labels and --masks are for');
  const learned = await loadModel(folder);
  const { card } = learned;
  if (data !== undefined && !card.calibration)
    throw new ModelError('unsupported', `${folder}: expected an anomaly model with a threshold to score --data with`);
  const record = await loadRecord(folder);
  const scored = data === undefined ? undefined : await scoreData(learned, { test: data, labels, masks });
  const file = out ?? path.join(folder, 'report.html');
  await writeFile(file, reportPage({ card, record, data: scored }));
  console.log(`${file} (holds pictures of the camera)`);
};

const examples = 6;

/** A scored frame; its clip is what its caption names. */
interface Seen {
  readonly clip: string;
  readonly frame: RecordedFrame;
}

const scoreData = async (
  learned: Awaited<ReturnType<typeof loadModel>>,
  {
    test,
    labels,
    masks,
  }: { readonly test: string; readonly labels: string | undefined; readonly masks: string | undefined },
): Promise<ReportedData> => {
  const { width, height, channels } = learned.card.input;
  const fps = learned.card.trainedOn.framesPerSecond ?? usualFps;
  const footage = { id: 'report', width, height, format: channels === 1 ? 'gray' : 'rgb24', fps, mask: [] } as const;
  const ffmpeg = await findFfmpeg();
  // Every frame as a JPEG: which are shown is known only when all are scored.
  const seen: Seen[] = [];
  const { raw, pixelAuc } = await withEngines(async ({ inference: engine }) =>
    scoreClips(learned, { test, masks }, footage, {
      engine,
      ffmpeg,
      onFrame(clip, frame, { predScore = 0, anomalyMap }) {
        const map = anomalyMap ?? { rows: 0, cols: 0, values: new Float32Array() };
        seen.push({ clip, frame: recordFrame(frame.sequence, predScore, frame, map) });
      },
    }),
  );
  const counts = new Map([...raw].map(([name, scores]) => [name, scores.length]));
  const truth = labels === undefined ? undefined : await readLabels(labels, counts);
  const clips = [...raw].map(([name, scores]) => {
    const flags = truth?.get(name);
    return { name, scores, ...(flags && { flags }) };
  });
  const scores = seen.map(({ frame }) => frame.score);
  const highest = (title: string, ranks: readonly number[], isShown: (place: number) => boolean = () => true) =>
    exampleGroup(title, seen, { ranks: ranks.map((rank, place) => (isShown(place) ? rank : -Infinity)), fps });
  if (!truth) return { clips, examples: [highest('The highest scores', scores)] };
  const flags = clips.flatMap((clip) => clip.flags ?? []);
  const { falsePositiveRate, truePositiveRate } = ratesAtThreshold(scores, flags);
  const isAnomalous = (place: number): boolean => flags[place] === true;
  const inverse = scores.map((score) => -score);
  return {
    clips,
    roc: {
      curve: rocCurve(scores, flags),
      auc: rocAuc(scores, flags),
      pixelAuc,
      atThreshold: [falsePositiveRate, truePositiveRate],
    },
    examples: [
      highest('Best detections', scores, isAnomalous),
      highest('Worst detections: anomalous frames with the lowest scores', inverse, isAnomalous),
      highest('Normal frames with the highest scores', scores, (place) => !isAnomalous(place)),
    ],
  };
};

/** The frames of the highest ranks; those of rank -Infinity are none of the group. */
const exampleGroup = (
  title: string,
  seen: readonly Seen[],
  { ranks, fps }: { readonly ranks: readonly number[]; readonly fps: number },
): ReportedData['examples'][number] => ({
  title,
  frames: peaksOf(ranks, fps, examples)
    .filter((place) => ranks[place] !== -Infinity)
    .map((place) => {
      const { clip, frame } = seen[place]!;
      return { caption: `Clip ${clip}, frame ${frame.frame + 1}`, frame };
    }),
});
