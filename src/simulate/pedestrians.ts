import { doorPathX } from './courtyard.ts';
import { lookOf, type Figure, type Look } from './figure.ts';
import { hash, mix, uniform } from './random.ts';

/** A way people take, in metres [x, z]; each gets a lane up to `spread` to either side. */
interface Route {
  readonly points: readonly (readonly [x: number, z: number])[];
  readonly spread: number;
  /** A person may set off once in this many seconds. */
  readonly everySeconds: number;
}

const doorPath = [16.5, 19, 22, 25, 28, 31, 34, 37, 40, 43, 45.5] as const;

/** The near lane walks to the right, the far lane to the left: the flow that a runner breaks. */
const routes: readonly Route[] = [
  { points: [[-17, 11.2], [24, 11.2]], spread: 0.9, everySeconds: 9 }, // prettier-ignore
  { points: [[24, 14.4], [-17, 14.4]], spread: 0.9, everySeconds: 8 }, // prettier-ignore
  { points: [[-17, 12.6], [-1, 12.6], ...doorPath.map((z) => [doorPathX(z) + 0.8, z] as const)], spread: 0.4, everySeconds: 17 }, // prettier-ignore
  { points: [...doorPath.toReversed().map((z) => [doorPathX(z) - 0.8, z] as const), [-1, 13.6], [-17, 13.8]], spread: 0.4, everySeconds: 19 }, // prettier-ignore
  { points: [[-13, 38.5], [30, 38.5]], spread: 1.5, everySeconds: 21 }, // prettier-ignore
  { points: [[30, 42], [-13, 42]], spread: 1.5, everySeconds: 23 }, // prettier-ignore
];

const slowest = 0.95;

const lengthOf = ({ points }: Route): number =>
  points.reduce((sum, [x, z], index) => {
    const [fromX, fromZ] = points[index - 1] ?? [x, z];
    return sum + Math.hypot(x - fromX, z - fromZ);
  }, 0);
const lengths = routes.map(lengthOf);

/** Where somebody is after `metres` of the way, and the direction there; undefined before its start and after its end. */
const along = ({ points }: Route, metres: number): { x: number; z: number; heading: number } | undefined => {
  let left = metres;
  for (const [index, [x, z]] of points.entries()) {
    const next = points[index + 1];
    if (next === undefined || left < 0) return undefined;
    const length = Math.hypot(next[0] - x, next[1] - z);
    if (left < length) {
      const fraction = left / length;
      return {
        x: mix(x, next[0], fraction),
        z: mix(z, next[1], fraction),
        heading: Math.atan2(next[1] - z, next[0] - x),
      };
    }
    left -= length;
  }
  return undefined;
};

/** Metres between two footfalls of the same foot, for a person of this look. */
const strideMetres = (look: Look): number => 0.8 * look.height;

const walker = (route: Route, walk: number, metres: number, lane: number): Figure | undefined => {
  const place = along(route, metres);
  if (place === undefined) return undefined;
  const look = lookOf(walk);
  return {
    look,
    x: place.x - Math.sin(place.heading) * lane,
    z: place.z + Math.cos(place.heading) * lane,
    heading: place.heading,
    stride: (metres / strideMetres(look)) * 2 * Math.PI,
    running: false,
  };
};

/** Everybody on the paths at `timeSeconds`; `busyness` 0..1 is the share of the possible walks that happen. */
export const pedestriansAt = (
  seed: number,
  timeSeconds: number,
  busyness: (startSeconds: number) => number,
): Figure[] =>
  routes.flatMap((route, routeIndex) => {
    const longest = (lengths[routeIndex] ?? 0) / slowest;
    const first = Math.floor((timeSeconds - longest) / route.everySeconds) - 1;
    const last = Math.floor(timeSeconds / route.everySeconds);
    return Array.from({ length: last - first + 1 }, (_, offset) => first + offset).flatMap((slot) => {
      const walk = hash(seed, routeIndex, slot);
      const start = (slot + uniform(walk, 1)) * route.everySeconds;
      if (uniform(walk, 2) > busyness(start)) return [];
      const metres = (timeSeconds - start) * mix(slowest, 1.55, uniform(walk, 3));
      const lane = mix(-route.spread, route.spread, uniform(walk, 4));
      const friend = uniform(walk, 5) < 0.22 ? [walker(route, walk + 1, metres - 0.25, lane + 0.65)] : [];
      return [walker(route, walk, metres, lane), ...friend].filter((figure) => figure !== undefined);
    });
  });

/** Somebody who runs along the near lane to the left, against the flow; `x` in metres. */
export const runnerAt = (seed: number, x: number): Figure => {
  const look: Look = { ...lookOf(seed), top: [214, 92, 40], bottom: [30, 30, 34], bag: undefined, coat: false };
  return { look, x, z: 11.6, heading: Math.PI, stride: (-x / 2.3) * 2 * Math.PI, running: true };
};
