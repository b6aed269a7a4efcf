import type { Transport } from './protocol.ts';

/** How a JPEG is sent to viewers whose link cannot take more; the first level is the full one. */
export interface JpegLevel {
  /** Of the quality that is set, 0..1. */
  readonly quality: number;
  /** How often width and height are halved. */
  readonly halvings: number;
  /** At most one picture in each slot of so many milliseconds; all viewers of a level get the same ones. */
  readonly slotMs: number;
}

/** Each takes about half the bytes of the one before, or less. */
export const jpegLevels: readonly JpegLevel[] = [
  { quality: 1, halvings: 0, slotMs: 0 },
  { quality: 0.6, halvings: 0, slotMs: 0 },
  { quality: 0.75, halvings: 1, slotMs: 0 },
  { quality: 0.6, halvings: 1, slotMs: 250 },
  { quality: 0.5, halvings: 2, slotMs: 500 },
];
export const lowestLevel = jpegLevels.length - 1;

/** Delay beyond the link's own from which it lags, and below which it is fine; in between nothing changes. */
const lagMs = 250;
const fineMs = 100;
/** The same for what is unsent, as a share of the viewer's buffer. */
const lagShare = 0.25;
/** A link this far behind gets no more pictures until it answers; a new one, of which nothing is known, sooner. */
const stuckMs = 400;
const newStuckMs = 100;
/** One with H.264 much later, since there each picture left out costs all up to the next key frame. */
const videoStuckMs = 1500;
/** Further behind than this, a link goes down two levels at once: what clogs it takes long to pass. */
const farBehindMs = 1000;
/** A level must have had this long to show its effect before the next one down. */
const settleMs = 1000;
/** How long a link must be fine before it is tried with more; doubled, up to the longest, when that was too much. */
const firstPatienceMs = 5000;
const longestPatienceMs = 120_000;
/** A fall this soon after a rise says that the rise was wrong. */
const regretMs = 15_000;
/** The link's own delay is the least one seen, which is forgotten by this share with each answer: routes change. */
const forgetting = 0.001;

/** What is known of a link to a viewer; times are milliseconds of one clock. */
export interface LinkState {
  readonly level: number;
  /** Its own delay: the least one. */
  readonly ownMs: number;
  readonly lagMs: number;
  readonly fineSince: number | undefined;
  readonly changedAt: number;
  readonly raisedAt: number;
  readonly patienceMs: number;
}

export interface LinkSample {
  readonly at: number;
  /** From a picture to the answer that it has arrived; or, while `isAnswered` is false, how long that has taken so far. */
  readonly delayMs: number;
  readonly isAnswered: boolean;
  /** Unsent bytes as a share of the viewer's buffer. */
  readonly unsentShare: number;
}

export const newLink: LinkState = {
  level: 0,
  ownMs: Infinity,
  lagMs: 0,
  fineSince: undefined,
  changedAt: -Infinity,
  raisedAt: -Infinity,
  patienceMs: firstPatienceMs,
};

/** Whether pictures should be left out until the link has answered: they would only wait in it. */
export const isStuck = ({ ownMs, lagMs: lag }: LinkState, transport: Transport): boolean => {
  if (transport === 'h264') return lag > videoStuckMs;
  return lag > (Number.isFinite(ownMs) ? stuckMs : newStuckMs);
};

/** One step down soon after the link lags; one up after it was fine for long, and for longer where that failed before. */
export const observeLink = (before: LinkState, { at, delayMs, isAnswered, unsentShare }: LinkSample): LinkState => {
  const ownMs = isAnswered ? Math.min(before.ownMs * (1 + forgetting), delayMs) : before.ownMs;
  const lag = Number.isFinite(ownMs) ? Math.max(0, delayMs - ownMs) : delayMs;
  const isLagging = lag > lagMs || unsentShare > lagShare;
  const isFine = lag < fineMs && unsentShare === 0;
  // While an answer is due, a short wait says nothing yet.
  const fineSince = isFine ? (before.fineSince ?? (isAnswered ? at : undefined)) : undefined;
  const state = { ...before, ownMs, lagMs: lag, fineSince };

  if (isLagging && state.level < lowestLevel && at - state.changedAt >= settleMs) {
    const isRegretted = at - state.raisedAt < regretMs;
    const patienceMs = isRegretted ? Math.min(longestPatienceMs, state.patienceMs * 2) : state.patienceMs;
    const level = Math.min(lowestLevel, state.level + (lag > farBehindMs ? 2 : 1));
    return { ...state, level, changedAt: at, raisedAt: -Infinity, fineSince: undefined, patienceMs };
  }
  if (fineSince === undefined || at - fineSince < state.patienceMs) return state;
  if (state.level > 0) return { ...state, level: state.level - 1, changedAt: at, raisedAt: at, fineSince: at };
  return { ...state, patienceMs: firstPatienceMs };
};

/** How a viewer stands in a stream of H.264: each picture but a key frame needs the one before it. */
export type VideoStep = 'waiting' | 'in step' | 'lagging';

/** What to do with the next coded picture. One that a viewer loses costs it all that follow, up to a key frame. */
export const stepVideo = (
  step: VideoStep,
  { keyFrame, keepsUp }: { readonly keyFrame: boolean; readonly keepsUp: boolean },
): { readonly step: VideoStep; readonly does: 'send' | 'skip' | 'drop' } => {
  if (!keepsUp) return { step: 'lagging', does: 'drop' };
  if (keyFrame || step === 'in step') return { step: 'in step', does: 'send' };
  return { step, does: step === 'waiting' ? 'skip' : 'drop' };
};
