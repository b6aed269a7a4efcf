import path from 'node:path';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { evaluateImages } from '../learn/evaluate-images.ts';
import type { Part } from './anomaly.ts';
import { rounded } from './statistics.ts';

/** Magnetic tiles (Huang et al. 2018): learned from tiles without defects, tested on blowholes and cracks. */
export const tiles: Part = async ({ data, seed, minutes = 6 }) => {
  const folder = (name: string): string => path.join(data, 'magnetic_tile', name);
  const { anomalous, ...found } = await evaluateImages(
    {
      train: folder('train_free'),
      normal: folder('test_free'),
      anomalous: [folder('test_blowhole'), folder('test_crack')],
      masks: [],
      architecture: 'segmenter',
      patch: 96,
      oncePer: 100,
      minutes,
      seed,
    },
    await findFfmpeg(),
  );
  const kinds = Object.entries(anomalous).map(([name, { imageAuroc, pixelAuroc = Number.NaN, truePositiveRate }]) => [
    name.replace('test_', ''),
    {
      imageAuroc: rounded(imageAuroc),
      pixelAuroc: rounded(pixelAuroc),
      truePositiveRate: rounded(truePositiveRate),
    },
  ]);
  return {
    ...Object.fromEntries(kinds),
    falsePositiveRate: rounded(found.falsePositiveRate),
    threshold: rounded(found.threshold),
    heldBackP90: rounded(found.heldBack.p90),
    trainSeconds: Math.round(found.trainSeconds),
    msPerImage: rounded(found.msPerImage),
  };
};
