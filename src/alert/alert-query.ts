import type Database from 'libsql';

import type { AlertKind, Severity, Verdict } from '../core/status.ts';

/** Which alerts; what is absent keeps none away. Times are milliseconds since the epoch. */
export interface AlertFilter {
  readonly camera?: readonly string[] | undefined;
  readonly kind?: readonly AlertKind[] | undefined;
  readonly severity?: readonly Severity[] | undefined;
  /** `none`: nobody has judged it. */
  readonly verdict?: Verdict | 'none' | undefined;
  /** Only alerts whose peak is at least this; 1 is the threshold. */
  readonly minScore?: number | undefined;
  /** Only alerts that started at or after `from`, and before `to`. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AlertIdFilter extends AlertFilter {
  readonly id?: string | undefined;
}

export interface AlertQuery extends AlertFilter {
  /** Only alerts that come after the one with this id, in a list that has the newest first; none if there is no such alert. */
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

export interface TimelineQuery extends Pick<AlertFilter, 'camera' | 'kind' | 'severity'> {
  readonly from: number;
  /** After `from`. */
  readonly to: number;
  /** In how many parts of the same length the span is counted. */
  readonly buckets: number;
}

/** How many alerts started in each part of a span, by camera and severity: cameras without one are left out. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly cameras: Readonly<Record<string, Readonly<Record<Severity, readonly number[]>>>>;
}

/** A part of an SQL text, and the values of its question marks. */
interface Clause {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const oneOf = (column: string, values: readonly string[] | undefined): Clause[] => {
  if (!values) return [];
  // A single value leaves an index in the order of time.
  if (values.length === 1) return [{ sql: `${column} = ?`, values }];
  return [{ sql: `${column} IN (${values.map(() => '?').join(', ')})`, values }];
};
const compared = (comparison: string, value: string | number | undefined): Clause[] =>
  value === undefined ? [] : [{ sql: comparison, values: [value] }];

/** The condition of a SELECT from the table `alert`. */
export const whereOf = ({
  camera,
  kind,
  severity,
  verdict,
  minScore,
  from,
  to,
  ...one
}: AlertQuery & AlertIdFilter): Clause => {
  const clauses = [
    ...oneOf('camera', camera),
    ...oneOf('kind', kind),
    ...oneOf('severity', severity),
    ...(verdict === 'none' ? [{ sql: 'verdict IS NULL', values: [] }] : compared('verdict = ?', verdict)),
    ...compared('peak_score >= ?', minScore),
    ...compared('start_at >= ?', from),
    ...compared('start_at < ?', to),
    ...compared('(start_at, id) < (SELECT start_at, id FROM alert WHERE id = ?)', one.before),
    ...compared('id = ?', one.id),
  ];
  return {
    sql: clauses.length === 0 ? 'TRUE' : clauses.map(({ sql }) => sql).join(' AND '),
    values: clauses.flatMap(({ values }) => values),
  };
};

interface Count {
  readonly camera: string;
  readonly severity: Severity;
  readonly bucket: number;
  readonly count: number;
}

/** Counts in the database, from an index that holds all it needs. */
export const countTimeline = (database: Database.Database, query: TimelineQuery): Timeline => {
  const { from, to, buckets } = query;
  const bucketMs = (to - from) / buckets;
  const where = whereOf(query);
  const counts = database
    .prepare(
      `SELECT camera, severity, min(CAST((start_at - ?) / ? AS INTEGER), ?) AS bucket, count(*) AS count
       FROM alert INDEXED BY alert_timeline WHERE ${where.sql} GROUP BY camera, severity, bucket`,
    )
    .all(from, bucketMs, buckets - 1, ...where.values) as Count[];
  const cameras = new Map<string, Record<Severity, number[]>>();
  const none = (): number[] => Array.from({ length: buckets }, () => 0);
  for (const { camera, severity, bucket, count } of counts) {
    const lines = cameras.get(camera) ?? { low: none(), medium: none(), high: none() };
    cameras.set(camera, lines);
    lines[severity][bucket] = count;
  }
  return { from, to, bucketMs, cameras: Object.fromEntries(cameras) };
};
