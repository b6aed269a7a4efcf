import { renderFootage } from '../simulate/footage.ts';
import { conditionKinds } from '../simulate/schedule.ts';
import type { ConditionKind } from '../simulate/schedule.ts';
import type { Part } from './anomaly.ts';
import { alertsOf, scene, withLearnedScene } from './anomaly-simulator.ts';
import type { Learned } from './anomaly-simulator.ts';
import { rounded } from './statistics.ts';

/** Later than what was learned from: other people walk then. */
const fromSeconds = 1200;
const rounds = 3;
/** A condition lasts 30 s, with 60 s between two; 20 s after it began a van drives through for 6 s. */
const times = { first: 60, every: 90, seconds: 30, vanAfter: 20, vanSeconds: 6 };
/** What opens so long after a condition or a van ended still belongs to it. */
const afterSeconds = { condition: 15, van: 2 };

/**
 * Each condition by itself, three times: how many frames are above the threshold and how many alerts open while it lasts
 * or ends, the van aside, and the share of vans that raise an anomaly alert. Good is one scene change at most,
 * no anomaly, every van.
 */
export const conditions: Part = async ({ seed, minutes = 2 }) =>
  withLearnedScene(seed, minutes, async (learned) => {
    const found: Record<string, unknown> = {};
    for (const kind of conditionKinds) {
      console.error(`conditions: ${kind}`);
      found[kind] = await underCondition(learned, seed, kind);
    }
    return { trainSeconds: Math.round(learned.card.training.seconds), rounds, ...found };
  });

const underCondition = async (learned: Learned, seed: number, kind: ConditionKind) => {
  const starts = Array.from({ length: rounds }, (_, round) => fromSeconds + times.first + round * times.every);
  const episodes = starts.map((start) => ({ kind, startSeconds: start, endSeconds: start + times.seconds }));
  const vans = starts.map((start) => ({
    kind: 'vehicle' as const,
    startSeconds: start + times.vanAfter,
    endSeconds: start + times.vanAfter + times.vanSeconds,
  }));
  const isIn = (list: typeof episodes | typeof vans, at: number, after: number): boolean =>
    list.some(({ startSeconds, endSeconds }) => at >= startSeconds && at <= endSeconds + after);
  const isVan = (at: number): boolean => isIn(vans, at, afterSeconds.van);
  let [above, frames] = [0, 0];
  const alerts = await alertsOf(
    learned,
    renderFootage({
      ...scene,
      seed,
      schedule: vans,
      conditions: episodes,
      fromSeconds,
      toSeconds: starts.at(-1)! + times.every,
      format: 'gray',
    }),
    (score, at) => {
      if (!isIn(episodes, at, 0) || isVan(at)) return;
      frames += 1;
      if (score >= 1) above += 1;
    },
  );
  const own = alerts.filter(({ at }) => isIn(episodes, at, afterSeconds.condition) && !isVan(at));
  const foundVans = vans.filter((van) =>
    alerts.some(
      ({ kind: alert, at }) => alert === 'anomaly' && at >= van.startSeconds && at <= van.endSeconds + afterSeconds.van,
    ),
  );
  return {
    framesAbove: rounded(above / frames),
    anomalyAlerts: own.filter((alert) => alert.kind === 'anomaly').length,
    sceneChangeAlerts: own.filter((alert) => alert.kind !== 'anomaly').length,
    movedOrCovered: own.filter(({ kind: alert }) => alert === 'camera-moved' || alert === 'camera-covered').length,
    vehiclesFound: rounded(foundVans.length / vans.length),
  };
};
