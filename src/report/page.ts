import path from 'node:path';

import type { LearningRecord, RecordedFrame } from '../model/learning-record.ts';
import type { ModelCard } from '../model/model-card.ts';
import { leastOf } from '../task/threshold.ts';
import { heatPicture } from './heat-picture.ts';
import { histogram, lossPlot, rocPlot, scorePlot, survivalPlot } from './plots.ts';
import { style } from './style.ts';
import { escape, short } from './svg.ts';
import type { Point } from './svg.ts';

/** Footage that the model scored for the report. */
export interface ReportedData {
  readonly clips: readonly {
    readonly name: string;
    readonly scores: readonly number[];
    /** Where there are labels: which frames are anomalous. */
    readonly flags?: readonly boolean[];
  }[];
  readonly roc?: {
    readonly curve: readonly Point[];
    readonly auc: number;
    readonly pixelAuc?: number | undefined;
    readonly atThreshold: Point;
  };
  /** Headings with frames and their captions. */
  readonly examples: readonly {
    readonly title: string;
    readonly frames: readonly { readonly caption: string; readonly frame: RecordedFrame }[];
  }[];
}

export interface ReportContent {
  readonly card: ModelCard;
  readonly record?: LearningRecord | undefined;
  readonly data?: ReportedData | undefined;
}

/** The report as one HTML page that asks for nothing else. It holds pictures of the camera, and no path of the machine. */
export const reportPage = ({ card, record, data }: ReportContent): string => {
  const source = path.basename(card.trainedOn.source);
  const title = `${card.architecture} model of ${source}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escape(title)} - Nightjar</title><style>${style}</style></head>
<body><header><h1>Why the threshold is where it is</h1><p>${escape(title)}, learned ${escape(card.created.slice(0, 16).replace('T', ' '))} UTC. This page holds pictures of the camera: share it as you would share them.</p>
${missing(card, record)
  .map((line) => `<p class="missing">${escape(line)}</p>`)
  .join('')}</header>
<main>${summary(card, record)}${learning(card, record)}${data ? scored(data) : ''}</main></body></html>
`;
};

const missing = ({ task, calibration }: ModelCard, record: LearningRecord | undefined): string[] => [
  ...(record
    ? []
    : [
        'This model has no record.json: the loss curves, the scores of held-back footage and the worst normal frames are missing. A newly learned model has them.',
      ]),
  ...(calibration ? [] : [`This ${task} model has no threshold: there are no scores to show.`]),
];

const summary = ({ trainedOn, training, calibration }: ModelCard, record: LearningRecord | undefined): string => {
  const stops = { time: 'its time was over', patience: 'it got no better', signal: 'it was told to stop' };
  const facts: (readonly [string, string])[] = [
    ['Frames learned from', String(trainedOn.frames)],
    ['Training', `${training.steps} steps, ${training.seconds.toFixed(0)} s`],
    ...(record ? [['Stopped because', stops[record.stoppedBy]] as const] : []),
    ['Held-back loss', short(training.validationLoss)],
  ];
  if (calibration) {
    const { threshold, falseAlarmsPerDay, errorQuantiles: q, frames } = calibration;
    facts.push(
      ['Threshold', short(threshold)],
      ['False alarms allowed', `${short(falseAlarmsPerDay)} a day`],
      ['Threshold made from', `${frames} frames`],
      ['Median score', short(q.p50 / threshold)],
      ['90 % quantile', short(q.p90 / threshold)],
      ['99 % quantile', short(q.p99 / threshold)],
      ['Highest score', short(q.max / threshold)],
    );
  }
  const rows = facts.map(([name, value]) => `<div><dt>${escape(name)}</dt><dd>${escape(value)}</dd></div>`).join('');
  return `<h2>Summary</h2><dl>${rows}</dl>${calibration ? '<p>Quantiles, as all scores below, are in units of the threshold: an alarm starts at 1. They are those of the calibration; the plots show the held-back frames as the finished model scores them.</p>' : ''}`;
};

const learning = ({ calibration }: ModelCard, record: LearningRecord | undefined): string => {
  if (!record) return '';
  const { history, heldBack } = record;
  const losses = history.length > 0 ? lossPlot(history) : '';
  if (!heldBack || !calibration) return `<h2>Learning</h2><div class="grid2">${losses}</div>`;
  const lasting = leastOf(heldBack.scores, Math.floor(heldBack.minSeconds * calibration.framesPerSecond) + 1);
  const worst = heldBack.worst.map((frame) => heatPicture(frame, `Frame ${frame.frame}`)).join('');
  return `<h2>Learning, and the threshold</h2>
${heldBack.minSeconds > 0 ? `<p>Only what lasts ${short(heldBack.minSeconds)} s alarms: in the histogram and the tail each score counts as the least of that time.</p>` : ''}
<div class="grid2">${histogram(lasting)}${survivalPlot(lasting, calibration)}${losses}${scorePlot('Held-back normal footage over time', heldBack.scores)}</div>
<h2>The worst normal frames</h2><div class="frames">${worst}</div>`;
};

const scored = ({ clips, roc, examples }: ReportedData): string => {
  const pixels =
    roc?.pixelAuc === undefined
      ? ''
      : `<p>AUC of the heat map, pixel by pixel: ${(100 * roc.pixelAuc).toFixed(1)} %.</p>`;
  const plots = clips.map(({ name, scores, flags }) => scorePlot(`Clip ${name}`, scores, flags)).join('');
  const frames = examples
    .filter((group) => group.frames.length > 0)
    .map(
      ({ title, frames }) =>
        `<h2>${escape(title)}</h2><div class="frames">${frames.map(({ caption, frame }) => heatPicture(frame, caption)).join('')}</div>`,
    );
  return `<h2>On other footage</h2>${pixels}<div class="grid2">${roc ? rocPlot(roc.curve, roc.auc, roc.atThreshold) : ''}${plots}</div>${frames.join('')}`;
};
