import type { Alert } from '../../src/dashboard/wire.ts';

const minute = 60_000;
const cameras = ['front-door', 'yard', 'garage', 'night-gate'];
const kinds = [
  'anomaly',
  'anomaly',
  'anomaly',
  'scene-change',
  'camera-covered',
  'camera-moved',
  'camera-down',
] as const;
const severities = ['low', 'low', 'medium', 'high'] as const;

/** An alert with everything; `changes` says what matters to a test. */
export const fakeAlert = (id: string, changes: Partial<Alert> = {}): Alert => {
  const startAt = changes.startAt ?? Date.now() - 10 * minute;
  return {
    id,
    camera: 'front-door',
    kind: 'anomaly',
    severity: 'medium',
    startAt,
    peakAt: startAt + 2000,
    endAt: startAt + 9000,
    peakScore: 1.7,
    snapshot: `${id}.jpg`,
    snapshotAt: startAt + 2000,
    verdict: null,
    group: null,
    isQuiet: false,
    hasClip: true,
    ...changes,
  };
};

/** Newest first, over eight days: more in the evenings, the same at each call. */
export const fakeHistory = (now: number, count = 180): Alert[] => {
  let seed = 4711;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: count }, (_value, index) => {
    const agoMs = 8 * 24 * 60 * minute * (index / count) ** 1.6 + 4 * minute + random() * 20 * minute;
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'anomaly';
    const [startAt, lasted] = [now - agoMs, 4000 + random() * 90_000];
    return fakeAlert(`h${index}`, {
      camera: cameras[Math.floor(random() ** 1.5 * cameras.length)] ?? 'yard',
      kind,
      severity: severities[Math.floor(random() * severities.length)] ?? 'low',
      startAt,
      peakAt: startAt + lasted / 3,
      endAt: startAt + lasted,
      peakScore: kind === 'anomaly' ? 1 + random() ** 3 * 4 : 1,
      snapshot: kind === 'camera-down' ? '' : `h${index}.jpg`,
      verdict: random() < 0.15 ? 'normal' : random() < 0.1 ? 'real' : null,
      isQuiet: random() < 0.1,
      hasClip: random() < 0.8,
    });
  }).sort((a, b) => b.startAt - a.startAt);
};

/** As the server finds alerts: by the query of GET /api/alerts, without its limit. */
export const found = (alerts: readonly Alert[], query: Readonly<Record<string, string | undefined>>): Alert[] => {
  const among = (list: string | undefined, name: string): boolean =>
    list === undefined || list.split(',').includes(name);
  const place = query['before'] === undefined ? -1 : alerts.findIndex(({ id }) => id === query['before']);
  return alerts
    .slice(place + 1)
    .filter(
      ({ camera, kind, severity, verdict, startAt, peakScore }) =>
        among(query['camera'], camera) &&
        among(query['kind'], kind) &&
        among(query['severity'], severity) &&
        (query['verdict'] ?? verdict ?? 'none') === (verdict ?? 'none') &&
        startAt >= Number(query['from'] ?? 0) &&
        startAt < Number(query['to'] ?? Infinity) &&
        peakScore >= Number(query['minScore'] ?? 0),
    );
};

/** As the server counts them. */
export const timelineOf = (alerts: readonly Alert[], query: Readonly<Record<string, string | undefined>>) => {
  const [from, to, buckets] = [Number(query['from']), Number(query['to']), Number(query['buckets'])];
  const bucketMs = (to - from) / buckets;
  const counts: Record<string, Record<string, number[]>> = {};
  const zeros = (): number[] => Array.from({ length: buckets }, () => 0);
  for (const { camera, severity, startAt } of found(alerts, query)) {
    const of = (counts[camera] ??= { low: zeros(), medium: zeros(), high: zeros() })[severity] ?? [];
    const bucket = Math.floor((startAt - from) / bucketMs);
    of[bucket] = (of[bucket] ?? 0) + 1;
  }
  return { from, to, bucketMs, cameras: counts };
};
