import type { Still } from '../camera/read-still.ts';
import type { Session } from '../core/engine.ts';
import { findingsOf } from '../task/defect-map.ts';
import type { Findings } from '../task/defect-map.ts';
import { levelled } from './level.ts';
import { markImage } from './patches.ts';

/** Looks for defects with a model of squares of `patch` pixels, and counts the time that takes. */
export class ImageScorer {
  readonly #session: Session;
  readonly #patch: number;
  #milliseconds = 0;
  #images = 0;

  constructor(session: Session, patch: number) {
    this.#session = session;
    this.#patch = patch;
  }

  get msPerImage(): number {
    return this.#milliseconds / this.#images;
  }

  /** The map has the odds that a pixel is part of a defect, height x width, row by row. */
  async look(image: Still): Promise<{ readonly found: Findings; readonly map: Float32Array }> {
    const startedAt = performance.now();
    const logOdds = await markImage(this.#session, levelled(image), this.#patch);
    const found = findingsOf(logOdds, image);
    const map = logOdds.map(Math.exp);
    this.#milliseconds += performance.now() - startedAt;
    this.#images++;
    return { found, map };
  }
}
