/** What a camera may see that it never saw before; the last two happen to the camera itself. */
export const anomalyKinds = ['vehicle', 'object', 'runner', 'covered', 'turned'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** How the picture may change although nothing happens in the scene. A knocked camera stays where it is, the others end. */
export const conditionKinds = [
  'light-on',
  'light-off',
  'exposure',
  'infrared',
  'compression',
  'rain',
  'knock',
] as const;
export type ConditionKind = (typeof conditionKinds)[number];

/** The ground truth: one anomaly or one condition, in seconds of the scene's time. */
export interface Episode<Kind extends string = AnomalyKind> {
  readonly kind: Kind;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Episodes that come back for ever: the first at `first`, one more every `every`, the kinds in turn; all in seconds. */
export interface PeriodicSchedule<Kind extends string = AnomalyKind> {
  readonly first: number;
  readonly every: number;
  readonly seconds: number;
  readonly kinds: readonly Kind[];
}

export type Schedule<Kind extends string = AnomalyKind> = 'none' | readonly Episode<Kind>[] | PeriodicSchedule<Kind>;

/** Normal footage to learn from first, then something to find every 45 seconds. */
export const demoSchedule: PeriodicSchedule = { first: 150, every: 45, seconds: 6, kinds: anomalyKinds };

const isPeriodic = <Kind extends string>(schedule: Schedule<Kind>): schedule is PeriodicSchedule<Kind> =>
  typeof schedule === 'object' && 'kinds' in schedule;

/** The conditions in turn, after the normal footage: half a minute each. */
export const demoConditions = { first: 150, every: 90, seconds: 30 } as const;

/** The episodes that touch the seconds from `from` (inclusive) to `to` (exclusive), in order of their start. */
export const episodesBetween = <Kind extends string>(
  schedule: Schedule<Kind>,
  from: number,
  to: number,
): readonly Episode<Kind>[] => {
  if (schedule === 'none') return [];
  if (!isPeriodic(schedule))
    return schedule
      .filter(({ startSeconds, endSeconds }) => endSeconds > from && startSeconds < to)
      .toSorted((a, b) => a.startSeconds - b.startSeconds);
  const { first, every, seconds, kinds } = schedule;
  const start = Math.max(0, Math.floor((from - seconds - first) / every) + 1);
  const end = Math.ceil((to - first) / every);
  return Array.from({ length: Math.max(0, end - start) }, (_, offset) => {
    const startSeconds = first + (start + offset) * every;
    const kind = kinds[(start + offset) % kinds.length]!;
    return { kind, startSeconds, endSeconds: startSeconds + seconds };
  });
};

/** The episodes under way at one moment: start inclusive, end exclusive. */
export const episodesAt = <Kind extends string>(
  schedule: Schedule<Kind>,
  timeSeconds: number,
): readonly Episode<Kind>[] =>
  episodesBetween(schedule, timeSeconds, timeSeconds + 1e-6).filter(
    ({ startSeconds, endSeconds }) => startSeconds <= timeSeconds && timeSeconds < endSeconds,
  );

const maxTimerMs = 60_000;

/** Calls `onBegin` as each episode begins, with `startAt` (epoch ms) as second 0. Call the returned function to stop. */
export const followSchedule = <Kind extends string>(
  schedule: Schedule<Kind>,
  startAt: number,
  onBegin: (episode: Episode<Kind>) => void,
): (() => void) => {
  /** The start of the last episode told: comparing starts, not the clock, tells each once whatever floats round to. */
  let told = -Infinity;
  let timer: NodeJS.Timeout;
  const look = (): void => {
    const now = (Date.now() - startAt) / 1000;
    for (const episode of episodesBetween(schedule, Math.max(0, told), now)) {
      if (episode.startSeconds <= told) continue;
      told = episode.startSeconds;
      onBegin(episode);
    }
    const ahead = episodesBetween(schedule, Math.max(0, told), now + maxTimerMs / 1000);
    const next = ahead.find(({ startSeconds }) => startSeconds > told)?.startSeconds ?? Infinity;
    timer = setTimeout(look, Math.min(maxTimerMs, Math.max(1, (next - now) * 1000 + 1)));
  };
  look();
  return () => clearTimeout(timer);
};
