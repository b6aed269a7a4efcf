import { SingleBar } from 'cli-progress';

import type { LearningProgress } from '../core/status.ts';

const seconds = (value: number): string =>
  value >= 90 ? `${Math.round(value / 60)} min` : `${Math.max(0, Math.round(value))} s`;

/** One human line of progress, as in "training 42 %, loss 0.0012, 35 s left". */
export const progressLine = ({ stage, fraction, loss, secondsLeft }: LearningProgress): string =>
  [
    `${stage} ${Math.round(fraction * 100)} %`,
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(secondsLeft === undefined ? [] : [`${seconds(secondsLeft)} left`]),
  ].join(', ');

/** Shows learning as a bar on a terminal; elsewhere as a line every five seconds, so that logs stay short. */
export const progressReporter = (
  print: (line: string) => void,
): { report(camera: string, progress: LearningProgress): void; stop(): void } => {
  let shown: { camera: string; bar: SingleBar } | undefined;
  let lastLineAt = 0;
  let lastStage = '';
  const stop = (): void => {
    shown?.bar.stop();
    shown = undefined;
  };

  const report = (camera: string, progress: LearningProgress): void => {
    if (process.stderr.isTTY) {
      if (shown?.camera !== camera) {
        stop();
        const bar = new SingleBar({ format: `${camera} {bar} {text}`, hideCursor: true, stream: process.stderr });
        bar.start(1, 0, { text: '' });
        shown = { camera, bar };
      }
      shown.bar.update(progress.fraction, { text: progressLine(progress) });
    } else if (progress.stage !== lastStage || Date.now() - lastLineAt >= 5000) {
      lastStage = progress.stage;
      lastLineAt = Date.now();
      print(`${camera}: ${progressLine(progress)}`);
    }
  };
  return { report, stop };
};
