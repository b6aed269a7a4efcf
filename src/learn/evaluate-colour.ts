import type { Ffmpeg } from '../camera/find-ffmpeg.ts';
import { chromaAt, lumaAt } from '../core/luma.ts';
import { evaluatePictures } from './evaluate-pictures.ts';
import type { PictureEvaluation } from './evaluate-pictures.ts';
import { evaluationOptions } from './learn-and-evaluate.ts';
import { psnrOf, squaredError } from './psnr.ts';
import { trainAndTest } from './train-and-test.ts';
import type { FootagePlan } from './train-and-test.ts';

export interface ColourEvaluation extends PictureEvaluation {
  /** Peak signal-to-noise ratios in dB over R, G and B: of the gray frames shown as they are, and of the coloured ones. */
  readonly psnrGray: number;
  readonly psnrColour: number;
  readonly psnrGain: number;
  /** Mean of |change of Cb| + |change of Cr| from frame to frame where the brightness stands still, in gray levels. */
  readonly flicker: number;
  /** The same of the true video. */
  readonly flickerTrue: number;
}

/** A pixel stands still when its brightness changes by so many gray levels at most. */
const stillLevels = 2;

/**
 * Learns colours from colour footage, then shows the model other frames of it in gray and compares what it gives with
 * what they were. Rejects with DataError for data that does not fit.
 */
export const evaluateColour = async (plan: FootagePlan, ffmpeg: Ffmpeg): Promise<ColourEvaluation> => {
  const sets = await trainAndTest({ ...plan, footage: { ...plan.footage, format: 'rgb24' } }, ffmpeg);
  // The task has one architecture; the name is not looked at.
  const options = { ...evaluationOptions(plan), task: 'colorize', architecture: 'strided' } as const;
  const total = { gray: 0, colour: 0 };
  const [flicker, flickerTrue] = [new Flicker(), new Flicker()];
  const evaluation = await evaluatePictures(sets, options, grayOf, ({ colorized }, { index, truth, shown }) => {
    total.gray += squaredError(truth, shown);
    total.colour += squaredError(truth, colorized!);
    const before = sets.test.continues(index) ? sets.test.at(index - 1) : undefined;
    flicker.add(colorized!.slice(), truth, before);
    flickerTrue.add(truth, truth, before);
  });
  const psnrGray = psnrOf(total.gray / evaluation.testFrames);
  const psnrColour = psnrOf(total.colour / evaluation.testFrames);
  return {
    psnrGray,
    psnrColour,
    psnrGain: psnrColour - psnrGray,
    flicker: flicker.mean,
    flickerTrue: flickerTrue.mean,
    ...evaluation,
  };
};

/** The brightness of an rgb24 picture in all three channels. */
const grayOf = (data: Uint8Array): Uint8Array => {
  const gray = new Uint8Array(data.length);
  for (let at = 0; at < data.length / 3; at++) gray.fill(Math.round(lumaAt(data, at, 3)), 3 * at, 3 * at + 3);
  return gray;
};

/** Changes of chroma where the true brightness stands still. */
class Flicker {
  #sum = 0;
  #count = 0;
  #last: Uint8Array | undefined;

  get mean(): number {
    return this.#sum / Math.max(1, this.#count);
  }

  /** `truth` and the true frame `before`, undefined at the first of a stretch, say what stands still. */
  add(shown: Uint8Array, truth: Uint8Array, before: Uint8Array | undefined): void {
    const last = this.#last;
    this.#last = shown;
    if (!last || !before) return;
    for (let at = 0; at < truth.length / 3; at++) {
      if (Math.abs(lumaAt(truth, at, 3) - lumaAt(before, at, 3)) > stillLevels) continue;
      const [now, then] = [chromaAt(shown, at), chromaAt(last, at)];
      this.#sum += Math.abs(now[0] - then[0]) + Math.abs(now[1] - then[1]);
      this.#count++;
    }
  }
}
