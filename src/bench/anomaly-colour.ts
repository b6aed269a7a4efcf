import path from 'node:path';

import { findFfmpeg } from '../camera/find-ffmpeg.ts';
import { evaluateColour } from '../learn/evaluate-colour.ts';
import type { Part } from './anomaly.ts';
import { rounded } from './statistics.ts';

/** Videos in colour, and the frames a second that are taken of each. */
const videos = [
  { name: 'avenue', source: 'clips/avenue_normal', fps: 25 },
  { name: 'cars', source: 'clips/car-detection.mp4', fps: 10 },
] as const;

/** Colouring at 320x176: learned from the first 60 % of each video, measured on its last 30 % shown in gray. */
export const colour: Part = async ({ data, seed, minutes = 2 }) => {
  const ffmpeg = await findFfmpeg();
  const results: Record<string, unknown> = {};
  for (const { name, source, fps } of videos) {
    console.error(`colour: ${name}`);
    const footage = { id: name, width: 320, height: 176, format: 'rgb24', fps, mask: [] } as const;
    const found = await evaluateColour({ train: path.join(data, source), footage, minutes, seed }, ffmpeg);
    results[name] = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, rounded(value)]));
  }
  return results;
};
