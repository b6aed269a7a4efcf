import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import type { FootageOptions } from '../camera/read-footage.ts';
import { DataError } from '../core/errors.ts';
import { collectFootage } from './collect-footage.ts';
import { minFrames, selectFrames } from './data-set.ts';
import type { DataSet } from './data-set.ts';
import { clipsIn } from './evaluate-anomaly.ts';
import type { EvaluationPlan } from './learn-and-evaluate.ts';

/** Where footage without labels comes from, and how a model is learned from it. */
export interface FootagePlan extends EvaluationPlan {
  /** As `train`, a video, a folder of images or a folder of clips: without it the last 30 % of that, of which the first 60 % teach. */
  readonly test?: string | undefined;
  readonly footage: FootageOptions;
}

/** What is between them is left out, so that the measured frames are no neighbours of those that taught. */
const shares = { training: 0.6, test: 0.3 };

/** Reads both. Rejects with DataError naming the source that is at fault, 'too-few' where a part is too short. */
export const trainAndTest = async (
  { train, test, footage, signal }: FootagePlan,
  ffmpeg: Ffmpeg,
): Promise<{ readonly training: DataSet; readonly test: DataSet }> => {
  const collect = async (source: string): Promise<DataSet> =>
    collectFootage([...(await clipsIn(source)).values()], footage, ffmpeg, signal);
  const set = await collect(train);
  if (test !== undefined) return { training: set, test: await collect(test) };
  const trained = Math.floor(shares.training * set.count);
  const firstTest = Math.ceil((1 - shares.test) * set.count);
  if (trained < minFrames)
    throw new DataError(
      'too-few',
      `${train}: expected at least ${Math.ceil(minFrames / shares.training)} frames to learn from and to measure on, found ${set.count}`,
    );
  const places = (from: number, end: number): number[] => Array.from({ length: end - from }, (_, at) => from + at);
  return {
    training: selectFrames(set, places(0, trained)),
    test: selectFrames(set, places(firstTest, set.count)),
  };
};
