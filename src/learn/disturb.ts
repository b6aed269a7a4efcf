import type { Still } from '../camera/read-still.ts';
import { boxMean } from './box-mean.ts';
import { spots, stroke } from './mark-shapes.ts';
import type { Between } from './mark-shapes.ts';

/** Of ten pictures three stay as they are; the others get one mark or two. */
const untouchedShare = 0.3;
const mostMarks = 2;
const spotShare = 0.4;

/** Holes and cracks catch the light: of ten marks that change the brightness seven are darker than their surroundings. */
const darkShare = 0.7;

/** Two means over squares of this radius are nearly a Gaussian of 6 pixels. */
const surroundings = 7;

/** A picture with marks in it, and how much of each pixel they cover, 0..255. */
interface Disturbed {
  readonly frames: Uint8Array;
  readonly marks: Uint8Array;
}

/**
 * A copy of a gray picture with spots and strokes drawn at random: shaded (what was there times a factor), flat (most of
 * the texture gone), or with pixels of `other`, a picture of the same size. It is what a model learns to find that has no
 * defects to learn from (Zavrtanik et al. 2021, DRAEM, https://arxiv.org/abs/2108.07610; Li et al. 2021, CutPaste,
 * https://arxiv.org/abs/2104.04015).
 */
export const disturb = (picture: Still, other: Still, random: () => number): Disturbed => {
  const data = Float32Array.from(picture.data);
  const covered = new Float32Array(data.length);
  const between: Between = (least, most) => least + (most - least) * random();
  const count = random() < untouchedShare ? 0 : 1 + Math.floor(random() * mostMarks);
  const grain = count > 0 ? grainOf(picture) : 0;
  for (let mark = 0; mark < count; mark++) {
    const cover = random() < spotShare ? spots(picture, between) : stroke(picture, grain, between);
    const kind = random();
    const factor = random() < darkShare ? between(0.2, 0.85) : between(1.2, 2.2);
    const strength = between(0.5, 1);
    const around = boxMean(boxMean(data, picture, surroundings), picture, surroundings);
    const contentAt = (at: number): number => {
      if (kind < 0.4) return factor * data[at]!;
      return kind < 0.8 ? factor * around[at]! + 0.3 * (data[at]! - around[at]!) : other.data[at]!;
    };
    for (let at = 0; at < data.length; at++) {
      if (cover[at] === 0) continue;
      const level = data[at]! + cover[at]! * strength * (contentAt(at) - data[at]!);
      data[at] = Math.min(255, Math.max(0, level));
      covered[at] = Math.max(covered[at]!, cover[at]!);
    }
  }
  return { frames: Uint8Array.from(data), marks: Uint8Array.from(covered, (share) => Math.round(255 * share)) };
};

/**
 * The direction that the texture runs along, in radians: across the brightness gradients, by the structure tensor of the
 * whole picture (Bigün & Granlund 1987, Optimal Orientation Detection of Linear Symmetry).
 */
export const grainOf = ({ width, height, data }: Still): number => {
  let [xx, yy, xy] = [0, 0, 0];
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const dx = data[at + 1]! - data[at - 1]!;
      const dy = data[at + width]! - data[at - width]!;
      xx += dx * dx;
      yy += dy * dy;
      xy += dx * dy;
    }
  return Math.atan2(2 * xy, xx - yy) / 2 + Math.PI / 2;
};
