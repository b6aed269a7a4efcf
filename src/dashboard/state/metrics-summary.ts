interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a Prometheus text; comments and what is not a sample are skipped. */
export const parseSamples = (text: string): Sample[] =>
  [...text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])),
    value: Number(value),
  }));

const total = (samples: readonly Sample[], name: string): number =>
  samples.reduce((sum, sample) => (sample.name === name ? sum + sample.value : sum), 0);

/** Cumulative counts of the end-to-end histogram, by upper bound in seconds. */
const latencyBuckets = (samples: readonly Sample[]): Map<number, number> =>
  new Map(
    samples
      .filter(({ name, labels }) => name === 'nightjar_stage_seconds_bucket' && labels['stage'] === 'end_to_end')
      .map(({ labels, value }) => [labels['le'] === '+Inf' ? Infinity : Number(labels['le']), value]),
  );

/** The quantile (0..1) in seconds, interpolated inside its bucket like Prometheus' histogram_quantile. */
const quantile = (buckets: ReadonlyMap<number, number>, fraction: number): number | undefined => {
  const bounds = [...buckets].sort(([a], [b]) => a - b);
  const rank = fraction * (bounds.at(-1)?.[1] ?? 0);
  if (rank === 0) return undefined;
  let [lowerBound, lowerCount] = [0, 0];
  for (const [bound, count] of bounds) {
    if (count >= rank)
      return bound === Infinity
        ? lowerBound
        : lowerBound + ((bound - lowerBound) * (rank - lowerCount)) / (count - lowerCount);
    [lowerBound, lowerCount] = [bound, count];
  }
  return undefined;
};

export interface Summary {
  readonly framesPerSecond: number;
  /** Frames not analysed; pictures a slow viewer lost are not among them. */
  readonly droppedPerSecond: number;
  /** Frame to prediction; absent while nothing was predicted. */
  readonly latencyP95Ms?: number;
  readonly viewers: number;
}

export interface CameraRates {
  /** Frames analysed or to be analysed, and those of them that were dropped; pictures a slow viewer lost are not among them. */
  readonly framesPerSecond: number;
  readonly droppedPerSecond: number;
}

/** The rates of each camera between two metrics texts taken `seconds` apart. */
export const ratesByCamera = (before: string, after: string, seconds: number): ReadonlyMap<string, CameraRates> => {
  const counts = (text: string, name: string): Map<string, number> => {
    const sums = new Map<string, number>();
    for (const { name: found, labels, value } of parseSamples(text)) {
      if (found !== name || labels['reason'] === 'slow-viewer') continue;
      const camera = labels['camera'] ?? '';
      sums.set(camera, (sums.get(camera) ?? 0) + value);
    }
    return sums;
  };
  const rates = (name: string): Map<string, number> => {
    const [past, present] = [counts(before, name), counts(after, name)];
    return new Map(
      [...present].map(([camera, count]) => [camera, Math.max(0, count - (past.get(camera) ?? 0)) / seconds]),
    );
  };
  const [frames, dropped] = [rates('nightjar_frames_decoded_total'), rates('nightjar_frames_dropped_total')];
  return new Map(
    [...frames].map(([camera, framesPerSecond]) => [
      camera,
      { framesPerSecond, droppedPerSecond: dropped.get(camera) ?? 0 },
    ]),
  );
};

/** Rates and latency between two metrics texts taken `seconds` apart. */
export const summarize = (before: string, after: string, seconds: number): Summary => {
  const [past, present] = [parseSamples(before), parseSamples(after)];
  const analysed = (samples: Sample[]): Sample[] => samples.filter(({ labels }) => labels['reason'] !== 'slow-viewer');
  const rate = (name: string): number =>
    Math.max(0, total(analysed(present), name) - total(analysed(past), name)) / seconds;
  const pastBuckets = latencyBuckets(past);
  const recent = new Map(
    [...latencyBuckets(present)].map(([bound, count]) => [bound, count - (pastBuckets.get(bound) ?? 0)]),
  );
  const p95 = quantile(recent, 0.95);
  return {
    framesPerSecond: rate('nightjar_frames_decoded_total'),
    droppedPerSecond: rate('nightjar_frames_dropped_total'),
    ...(p95 === undefined ? {} : { latencyP95Ms: p95 * 1000 }),
    viewers: total(present, 'nightjar_viewers'),
  };
};
