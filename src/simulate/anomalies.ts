import { fillCapsule, fillPolygon, paint, shadow, type Canvas } from './canvas.ts';
import type { Daylight } from './daylight.ts';
import { noise2d, smoothstep } from './random.ts';
import type { Episode } from './schedule.ts';
import { van } from './vehicle.ts';
import { halfWidthAt, project, type Point3, type View } from './view.ts';

/** What the episodes under way add to the scene; all empty or 0 when nothing is wrong. */
export interface AnomalyState {
  /** Metres: where vans and runners are along the walkway. */
  readonly vanX: readonly number[];
  readonly runnerX: readonly number[];
  readonly objects: readonly Point3[];
  /** Share 0..1 of the lens that is covered, and of the way that the camera is turned. */
  readonly cover: number;
  readonly turn: number;
}

const runnerSpeed = 4.6;
const runnerZ = 11.6;

/** 0 at both ends of the episode, 1 from `rampSeconds` after its start to as long before its end. */
const ramp = ({ startSeconds, endSeconds }: Episode, timeSeconds: number, rampSeconds: number): number =>
  smoothstep(0, rampSeconds, timeSeconds - startSeconds + 0.05) * smoothstep(0, rampSeconds, endSeconds - timeSeconds);

/** Vans and runners are in sight from the first to the last second of their episode. */
export const anomalyState = (view: View, episodes: readonly Episode[], timeSeconds: number): AnomalyState => {
  const of = (kind: Episode['kind']): readonly Episode[] => episodes.filter((episode) => episode.kind === kind);
  const fraction = ({ startSeconds, endSeconds }: Episode): number =>
    (timeSeconds - startSeconds) / (endSeconds - startSeconds);
  const vanReach = halfWidthAt(view, van.laneZ) + van.length / 2 - 0.4;
  const runnerReach = halfWidthAt(view, runnerZ) + 0.2;
  const strongest = (list: readonly number[]): number => Math.max(0, ...list);
  return {
    vanX: of('vehicle').map((episode) => vanReach * (2 * fraction(episode) - 1)),
    // In a long episode one runner after the other comes by.
    runnerX: of('runner').map((episode) => {
      const runners = Math.max(
        1,
        Math.round(((episode.endSeconds - episode.startSeconds) * runnerSpeed) / (2 * runnerReach)),
      );
      return runnerReach * (1 - 2 * ((fraction(episode) * runners) % 1));
    }),
    objects: of('object').map(() => [0.6, 0, 12.1]),
    cover: strongest(of('covered').map((episode) => ramp(episode, timeSeconds, 0.4))),
    turn: strongest(of('turned').map((episode) => ramp(episode, timeSeconds, 0.8))),
  };
};

/** A red suitcase, standing upright where nobody left one before. */
export const drawObject = (canvas: Canvas, view: View, [x, , z]: Point3, day: Daylight, light: number): void => {
  const dot = (dx: number, y: number, radius = 0) => project(view, [x + dx, y, z], radius);
  const fallen = project(view, [x + 0.7 * day.shadowX, 0, z + 0.7 * day.shadowZ], 0.25);
  fillCapsule(canvas, dot(0, 0, 0.25), fallen, shadow(canvas, day.shadowStrength));
  const shell = paint(canvas, [158, 34, 40], light, -1);
  fillPolygon(canvas, [dot(-0.36, 0.08), dot(0.36, 0.08), dot(0.36, 0.86), dot(-0.36, 0.86)], shell);
  const rib = paint(canvas, [112, 24, 30], light);
  for (const offset of [-0.2, 0, 0.2]) fillCapsule(canvas, dot(offset, 0.14, 0.02), dot(offset, 0.8, 0.02), rib);
  const dark = paint(canvas, [30, 30, 32], light);
  for (const offset of [-0.27, 0.27]) fillCapsule(canvas, dot(offset, 0.05, 0.06), dot(offset, 0.05, 0.06), dark);
  for (const offset of [-0.15, 0.15]) fillCapsule(canvas, dot(offset, 0.86, 0.018), dot(offset, 1.08, 0.018), dark);
  fillCapsule(canvas, dot(-0.15, 1.08, 0.022), dot(0.15, 1.08, 0.022), dark);
};

/** A cloth slides over the lens from above: dark, out of focus, with a little light shining through. */
export const coverLens = ({ width, height, albedo, light }: Canvas, seed: number, share: number): void => {
  const blur = height * 0.12;
  for (let y = 0; y < height; y++) {
    const opacity = Math.min(1, Math.max(0, (share * (height + 2 * blur) - y) / (2 * blur)));
    if (opacity === 0) break;
    for (let x = 0; x < width; x++) {
      const cloth = 14 + 26 * noise2d(seed + 30, (4 * x) / width, (3 * y) / height);
      const index = y * width + x;
      for (let pixel = index * 3; pixel < index * 3 + 3; pixel++)
        albedo[pixel] = (albedo[pixel] ?? 0) * (1 - opacity) + cloth * opacity;
      light[index] = (light[index] ?? 0) * (1 - opacity) + 90 * opacity;
    }
  }
};
