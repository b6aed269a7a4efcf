import { SingleBar } from 'cli-progress';

import type { LearningProgress } from '../core/status.ts';

/** How far some work is: a stage of learning, or any other. */
export interface Progress extends Omit<LearningProgress, 'stage'> {
  readonly stage: string;
}

const seconds = (value: number): string =>
  value >= 90 ? `${Math.round(value / 60)} min` : `${Math.max(0, Math.round(value))} s`;

/** One human line of progress, as in "training 42 %, loss 0.00120, 310 frames/s, 35 s left". */
export const progressLine = ({ stage, fraction, loss, framesPerSecond, secondsLeft }: Progress): string =>
  [
    `${stage} ${Math.round(fraction * 100)} %`,
    ...(loss === undefined ? [] : [`loss ${loss.toPrecision(3)}`]),
    ...(framesPerSecond === undefined ? [] : [`${Math.round(framesPerSecond)} frames/s`]),
    ...(secondsLeft === undefined ? [] : [`${seconds(secondsLeft)} left`]),
  ].join(', ');

/** A bar changes to another camera when its own has said nothing for this long, or is done. */
const quietMs = 2000;
const lineEveryMs = 5000;

/**
 * Shows learning as a bar on a terminal, of one camera at a time; elsewhere as a line for each camera every five seconds,
 * so that logs stay short.
 */
export const progressReporter = (
  print: (line: string) => void,
): {
  report(camera: string, progress: Progress): void;
  /** This camera, or everything, is done. */
  stop(camera?: string): void;
} => {
  let shown: { readonly camera: string; readonly bar: SingleBar; at: number } | undefined;
  const printed = new Map<string, { readonly stage: string; readonly at: number }>();
  const stop = (camera = shown?.camera): void => {
    if (!shown || shown.camera !== camera) return;
    shown.bar.stop();
    shown = undefined;
  };

  const draw = (camera: string, progress: Progress): void => {
    const at = Date.now();
    if (shown && shown.camera !== camera) {
      if (at - shown.at < quietMs) return;
      stop();
    }
    if (!shown) {
      const format = `${camera} {bar} {text}`;
      const bar = new SingleBar({ format, hideCursor: true, gracefulExit: true, stream: process.stderr });
      bar.start(1, 0, { text: '' });
      shown = { camera, bar, at };
    }
    shown.at = at;
    shown.bar.update(progress.fraction, { text: progressLine(progress) });
  };

  const report = (camera: string, progress: Progress): void => {
    if (process.stderr.isTTY) return draw(camera, progress);
    const last = printed.get(camera);
    if (last?.stage === progress.stage && Date.now() - last.at < lineEveryMs) return;
    printed.set(camera, { stage: progress.stage, at: Date.now() });
    print(`${camera}: ${progressLine(progress)}`);
  };
  return { report, stop };
};
