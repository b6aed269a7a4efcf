/** From so much change on (0 the same scene, 1 an unrelated picture) the scene is another; below `same` it is the known one. */
const levels = { other: 0.5, same: 0.3 };
/**
 * A smaller one is another scene as well when it comes within two frames, stays, and nothing moves: infrared switched, say.
 * In hours of the simulator no rise that stayed was above 0.031; its switch to infrared is 0.17 and, through H.264, 0.11.
 */
const jump = { least: 0.09, seconds: 1, framesBefore: 3, framesBetween: 1 };
/** A remembered scene is back when this share of the change, or less, is left with it. */
const betterShare = 0.7;
/** A change must last so many frames: one broken picture is no new scene. */
const leastFrames = 2;
/** After a change the new background is learned quickly for so long. */
const settleSeconds = 10;
const mostRemembered = 3;

/** Gray levels a second that the background follows, as it settles and ever after. */
const followRates = { settling: 8, steady: 0.2 };

interface SceneFrame {
  /** How much the frame differs from the background in use, 0..1. */
  readonly changed: number;
  readonly seconds: number;
  /** Whether the frame's score is above the threshold. */
  readonly isAlarming: boolean;
  /** The frame's brightness, height x width gray levels, made only when it is needed. */
  readonly luma: () => Float32Array;
}

/**
 * Keeps the background of one camera through changes of the whole scene: infrared switched, a camera knocked,
 * covered or turned. When a frame no longer is the known scene, the backgrounds of earlier scenes are tried, one a frame
 * (it may just be day again); if none fits, the frame itself becomes the background, and passers-by in it fade as
 * it settles.
 */
export class SceneChange {
  /** Other scenes this camera has shown, the latest first. */
  readonly #remembered: Float32Array[] = [];
  #candidates: Float32Array[] | undefined;
  #otherFrames = 0;
  #settling = 0;
  readonly #jump = new Jump();
  /** With a remembered scene the change must be at most so large. */
  #mostChanged = levels.same;

  /** Whether scores mean nothing now. */
  get isChanging(): boolean {
    return this.#candidates !== undefined || this.#settling > 0;
  }

  /** Gray levels a second that the background may move. */
  get followRate(): number {
    return this.#settling > 0 ? followRates.settling : followRates.steady;
  }

  /** The background to use from the next frame on: `background`, or another one after a change. */
  next(background: Float32Array, { changed, seconds, isAlarming, luma }: SceneFrame): Float32Array {
    if (this.#candidates) return this.#tryNext(this.#candidates, background, { changed, luma });
    this.#settling = Math.max(0, this.#settling - seconds);
    this.#otherFrames = changed > levels.other ? this.#otherFrames + 1 : 0;
    const hasJumped = this.#jump.next({ changed, seconds, isAlarming }) && this.#settling === 0;
    if (this.#otherFrames < leastFrames && !hasJumped) return background;
    this.#otherFrames = 0;
    this.#jump.reset();
    this.#mostChanged = Math.min(levels.same, betterShare * changed);
    const known = [...this.#remembered];
    // What has not settled is no scene worth knowing.
    if (this.#settling === 0) {
      this.#remembered.unshift(background);
      this.#remembered.splice(mostRemembered);
    }
    this.#candidates = known;
    return this.#advance(known, luma);
  }

  #tryNext(
    candidates: Float32Array[],
    background: Float32Array,
    { changed, luma }: Pick<SceneFrame, 'changed' | 'luma'>,
  ): Float32Array {
    if (changed > this.#mostChanged) return this.#advance(candidates, luma);
    this.#candidates = undefined;
    this.#settling = 0;
    return background;
  }

  #advance(candidates: Float32Array[], luma: () => Float32Array): Float32Array {
    const candidate = candidates.shift();
    if (candidate) return candidate;
    this.#candidates = undefined;
    this.#settling = settleSeconds;
    return luma();
  }
}

/** Watches for a change that comes within two frames (compressed video takes that long) and stays, while nothing moves. */
class Jump {
  /** The changes of the last frames before one. */
  #before: number[] = [];
  /** From which change on it has come, and for how long it has stayed. */
  #since: { readonly level: number; seconds: number; frames: number } | undefined;

  reset(): void {
    this.#before = [];
    this.#since = undefined;
  }

  /** True when it has stayed long enough. The first two frames may themselves alarm; no later one may. */
  next({ changed, seconds, isAlarming }: Omit<SceneFrame, 'luma'>): boolean {
    const since = this.#since;
    if (since) {
      since.seconds += seconds;
      since.frames++;
      if (changed < since.level || (isAlarming && since.frames > jump.framesBetween)) this.reset();
      return this.#since !== undefined && since.seconds >= jump.seconds;
    }
    const before = this.#before;
    const level = Math.max(...before.slice(0, jump.framesBefore)) + jump.least;
    const isFull = before.length === jump.framesBefore + jump.framesBetween;
    if (isFull && changed >= level) this.#since = { level, seconds: 0, frames: 0 };
    else this.#before = [...before, changed].slice(-jump.framesBefore - jump.framesBetween);
    return false;
  }
}
