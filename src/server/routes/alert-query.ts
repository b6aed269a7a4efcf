import * as z from 'zod';

import type { AlertFilter } from '../../alert/alert-query.ts';
import { alertKinds, severities, verdicts } from '../../core/status.ts';

const longestList = 100;
const listed = (text: string): string[] => text.split(',');
const ids = z
  .string()
  .transform(listed)
  .pipe(z.array(z.string().min(1)).max(longestList));
const listOf = <const Name extends string>(names: readonly Name[]) =>
  z
    .string()
    .transform(listed)
    .pipe(z.array(z.enum(names)).max(longestList));

/** Not an empty text, which would count as 0 and, in a deletion, let everything through. */
const number = z.string().regex(/\S/, 'a number').pipe(z.coerce.number<string>().min(0));
const time = number.optional();
const common = {
  camera: ids.optional().describe('one or more ids, with commas between them'),
  kind: listOf(alertKinds)
    .optional()
    .describe(`one or more of ${alertKinds.join(', ')}`),
  severity: listOf(severities).optional().describe('one or more of low, medium, high'),
};
const filter = {
  ...common,
  verdict: z
    .enum([...verdicts, 'none'])
    .optional()
    .describe('none: not judged'),
  minScore: number.optional().describe('the least peak; 1 is the threshold'),
  from: time.describe('started at or after: milliseconds since the epoch'),
  to: time.describe('started before'),
};

const atMost = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);

/** Of GET /api/alerts. */
export const alertQuery = z.strictObject({
  ...filter,
  before: z.string().optional().describe('the id of an alert: only older ones'),
  limit: atMost(1000, 100),
});

/** Of DELETE /api/alerts: to delete everything, say so (from=0). */
export const deleteQuery = z
  .strictObject(filter)
  .refine((query: AlertFilter) => Object.values(query).some((value) => value !== undefined), 'at least one filter');

const mostExported = 1000;
export const exportQuery = z.strictObject({ ...filter, limit: atMost(mostExported, mostExported) });

/** Of GET /api/alerts/timeline. */
export const timelineQuery = z
  .strictObject({
    ...common,
    from: time.describe('milliseconds since the epoch; a day before to, without it'),
    to: time.describe('now, without it'),
    buckets: atMost(1000, 96),
  })
  .refine(({ from, to }) => from === undefined || from < (to ?? Date.now()), 'from before to');
