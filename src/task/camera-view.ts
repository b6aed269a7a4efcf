import type { Frame } from '../core/frame.ts';
import { EdgePictures } from './edge-picture.ts';
import type { EdgePicture } from './edge-picture.ts';
import { Smoothing } from './smoothing.ts';
import { matchViews } from './view-match.ts';
import type { ViewMatch } from './view-match.ts';

/**
 * What a camera looks at: `usual`; `suspect` while it may become one of the others; `covered`, when the picture has
 * lost nearly all its structure; `moved`, when the structure is there but elsewhere.
 */
type ViewState = 'usual' | 'suspect' | 'covered' | 'moved';

/** How often the view is looked at. */
const lookMs = 400;
/** The usual view is learned for so long first, and followed slowly ever after. */
const learnSeconds = 8;
const followSeconds = 60;
/** Fewer tiles with structure say nothing. */
const leastTiles = 3;
/** From which share of the tiles on a view is covered or moved, and below which no longer. */
const shares = { covered: 0.7, uncovered: 0.4, moved: 0.55, changed: 0.7, same: 0.5 };
/** One look says little at night: shares are smoothed over so long. */
const smoothingSeconds = 1;
const decideMs = { covered: 3000, moved: 4000 };
/** A camera is told to be moved for so long, unless it is moved back; then the new view is the usual one. */
const movedMs = 10_000;

/** Watches the view of one camera from its pictures alone, where no model does (see scene-kind.ts). */
export class CameraView {
  #pictures = new EdgePictures();
  #usual: { readonly picture: EdgePicture; seconds: number } | undefined;
  #state: ViewState = 'usual';
  #lastAt = -Infinity;
  /** What the view may become, and since when it looks so. */
  #suspicion: { readonly of: 'covered' | 'moved'; readonly since: number } | undefined;
  #canJudge = false;
  readonly #lost = new Smoothing(smoothingSeconds);
  readonly #elsewhere = new Smoothing(smoothingSeconds);
  readonly #same = new Smoothing(smoothingSeconds);
  #movedAt = 0;

  /** Whether the usual view is known and has structure enough to tell. */
  get canJudge(): boolean {
    return this.#canJudge;
  }

  /** Takes the next frame, in time order. */
  next(frame: Pick<Frame, 'data' | 'width' | 'height' | 'format' | 'capturedAt'>): ViewState {
    const { data, capturedAt: at } = frame;
    if (at - this.#lastAt < lookMs) return this.#state;
    const seconds = Math.min(1, (at - this.#lastAt) / 1000);
    this.#lastAt = at;
    const picture = this.#pictures.next(data, frame, at);
    const usual = this.#usual;
    if (!usual || usual.picture.width !== picture.width || usual.picture.height !== picture.height) {
      this.#learnAnew(picture);
    } else if (usual.seconds < learnSeconds) {
      usual.seconds += seconds;
      follow(usual.picture, picture, Math.min(1, (2 * seconds) / usual.seconds));
    } else {
      const { tiles, ...found } = matchViews(usual.picture, picture);
      const match = {
        lost: this.#lost.next(found.lost, seconds),
        elsewhere: this.#elsewhere.next(found.elsewhere, seconds),
        same: this.#same.next(found.same, seconds),
      };
      this.#canJudge = tiles >= leastTiles;
      this.#state = this.#canJudge ? this.#judge(match, at) : 'usual';
      const isAsUsual = this.#state === 'usual' && (!this.#canJudge || match.same >= shares.same);
      if (isAsUsual) follow(usual.picture, picture, seconds / followSeconds);
      else if (this.#state === 'moved' && at - this.#movedAt >= movedMs) this.#learnAnew(picture);
    }
    return this.#state;
  }

  #learnAnew(picture: EdgePicture): void {
    this.#usual = { picture: { ...picture, edges: picture.edges.slice() }, seconds: 0 };
    [this.#state, this.#suspicion, this.#canJudge] = ['usual', undefined, false];
  }

  #judge({ lost, elsewhere, same }: Omit<ViewMatch, 'tiles'>, at: number): ViewState {
    if (this.#state === 'covered' && lost >= shares.uncovered) return 'covered';
    if (this.#state === 'moved' && same < shares.same) return 'moved';
    const isMoved = elsewhere >= shares.moved && elsewhere + lost >= shares.changed;
    const looks = lost >= shares.covered ? 'covered' : isMoved ? 'moved' : undefined;
    if (!looks) {
      this.#suspicion = undefined;
      return 'usual';
    }
    if (this.#suspicion?.of !== looks) this.#suspicion = { of: looks, since: at };
    if (at - this.#suspicion.since < decideMs[looks]) return 'suspect';
    if (looks === 'moved') this.#movedAt = at;
    return looks;
  }
}

const follow = ({ edges }: EdgePicture, now: EdgePicture, share: number): void => {
  for (let place = 0; place < edges.length; place++) edges[place]! += share * (now.edges[place]! - edges[place]!);
};
