import path from 'node:path';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { learnAndEvaluate } from '../learn/learn-and-evaluate.ts';
import type { LearnOptions } from '../learn/learn-model.ts';
import type { Part } from './anomaly.ts';
import { rounded } from './statistics.ts';

/** Minutes of training: the motion model, and each of the lecture's autoencoders. */
const minutes = { motion: 4, others: 2 };
const others: readonly LearnOptions['architecture'][] = ['dense', 'convolutional', 'recurrent', 'predictor'];

/** UCSD Ped2 at 240x160, 10 frames a second: the motion model, then the lecture's autoencoders for comparison. */
export const ped2: Part = async (options) => {
  const ffmpeg = await findFfmpeg();
  const folder = path.join(options.data, 'ucsd_ped2');
  const evaluate = async (architecture: LearnOptions['architecture'], most: number) => {
    console.error(`ped2: ${architecture}`);
    const found = await learnAndEvaluate(
      {
        train: path.join(folder, 'train'),
        test: path.join(folder, 'test'),
        labels: path.join(folder, 'test_labels.json'),
        masks: path.join(folder, 'test_masks'),
        footage: { id: 'ped2', width: 240, height: 160, format: 'gray', fps: 10, mask: [] },
        architecture,
        minutes: options.minutes ?? most,
        seed: options.seed,
      },
      ffmpeg,
    );
    return Object.fromEntries(
      Object.entries(found).map(([name, value]) => [
        name,
        name.startsWith('train') ? Math.round(value) : rounded(value),
      ]),
    );
  };
  const compared: Record<string, unknown> = {};
  const motion = await evaluate('motion', minutes.motion);
  for (const name of others) compared[name] = await evaluate(name, minutes.others);
  return { ...motion, compared };
};
