import type { Still } from '../camera/read-still.ts';
import type { Session } from '../core/engine.ts';
import { defectMap, imageScore } from '../task/defect-map.ts';
import { restoreImage } from './patches.ts';

/** Scores images with a model of squares of `patch` pixels, and counts the time that takes. */
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

  /** The defect map is height x width, row by row. */
  async score(image: Still): Promise<{ readonly score: number; readonly map: Float32Array }> {
    const startedAt = performance.now();
    const map = defectMap(image.data, await restoreImage(this.#session, image, this.#patch), image);
    const score = imageScore(map);
    this.#milliseconds += performance.now() - startedAt;
    this.#images++;
    return { score, map };
  }
}
