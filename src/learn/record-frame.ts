import type { Frame } from '../core/frame.ts';
import { JpegEncoder } from '../core/jpeg.ts';
import type { AnomalyMap } from '../core/prediction.ts';
import type { RecordedFrame } from '../model/learning-record.ts';

const encoder = new JpegEncoder(70);

/** A copy of a frame and its heat map that JSON can hold. */
export const recordFrame = (
  frame: number,
  score: number,
  picture: Pick<Frame, 'width' | 'height' | 'format' | 'data'>,
  { rows, cols, values }: AnomalyMap,
): RecordedFrame => {
  const cells = Array.from(values, (value) => Math.round(100 * value) / 100);
  return { frame, score, picture: encoder.encode(picture).toString('base64'), rows, cols, cells };
};

/** Examples show different moments: their frames are at least so long apart. */
const apartSeconds = 3;

/** Up to `most` places of a list of `scores`, the highest first, at least 3 seconds apart. */
export const peaksOf = (scores: readonly number[], framesPerSecond: number, most: number): number[] => {
  const chosen: number[] = [];
  for (const place of scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!)) {
    if (chosen.length === most) break;
    if (chosen.every((other) => Math.abs(other - place) >= apartSeconds * framesPerSecond)) chosen.push(place);
  }
  return chosen;
};
